# Reference lasso paths from glmnet on small data, one JSON file per case.
# usage: Rscript lasso.R OUTDIR SEED N P   (N = 50, P = 24; for the wide-* files N = 36, P = 72)
suppressMessages({library(jsonlite); library(glmnet)})
a <- commandArgs(TRUE); dir <- a[1]; seed <- as.integer(a[2]); n <- as.integer(a[3]); p <- as.integer(a[4])
dir.create(dir, showWarnings = FALSE, recursive = TRUE)
glmnet.control(fdev = 0, devmax = 1, eps = 1e-12)
set.seed(seed)
rho <- 0.5
X <- matrix(rnorm(n * p), n, p)
for (j in 2:p) X[, j] <- rho * X[, j - 1] + sqrt(1 - rho^2) * X[, j]
X <- sweep(sweep(X, 2, exp(seq(-0.7, 0.7, length.out = p)), "*"), 2, seq(-0.5, 1, length.out = p), "+")  # unequal scale, mean
X <- round(X, 4)
beta <- rep(0, p); s <- seq(2, p, by = 4); beta[s] <- rep_len(c(1.5, -1, 0.75, -0.5), length(s))
eta <- scale(X) %*% beta
y <- round(as.vector(0.7 + eta + rnorm(n) * sd(eta) / 2), 4)
pf <- rep_len(c(1, 0.5, 2, 0, 1.5), p)
nlam <- 12
ver <- list(R = R.version$version.string, glmnet = as.character(packageVersion("glmnet")))
save <- function(name, source, objective, yy, fit, extra = list()) {
  o <- c(list(name = name, source = source, versions = ver, objective = objective, n = n, p = p,
              layout = "X is column major: X[i + j*n]; coefficients[k] is the vector at lambdas[k]"),
         extra, list(lambdas = fit$lambda, intercepts = fit$a0, coefficients = lapply(seq_len(ncol(fit$beta)), function(k) fit$beta[, k]),
                     y = yy, X = as.vector(X)))
  o$coefficients <- lapply(o$coefficients, unname)
  write(toJSON(o, auto_unbox = TRUE, digits = NA), file.path(dir, paste0(name, ".json")))
}
G <- "(1/(2n)) ||y - b0 - X b||^2"
gl <- function(standardize, intercept, ratio = 0.02, ...) {
  lam <- glmnet(X, y, "gaussian", standardize = standardize, intercept = intercept, nlambda = nlam,
                lambda.min.ratio = ratio, thresh = 1e-22, maxit = 1e7, ...)$lambda
  f <- glmnet(X, y, "gaussian", standardize = standardize, intercept = intercept, lambda = lam, thresh = 1e-22, maxit = 1e7, ...)
  list(lambda = lam, a0 = unname(f$a0), beta = as.matrix(f$beta))
}
flags <- function(st, ic, ...) list(standardize = st, intercept = ic, ...)
std <- "; s_j = sd of column j with divisor n if standardize, else 1; lambdas is glmnet's own grid (12 values, lambda.min.ratio given)"
save("lasso-raw", "glmnet gaussian alpha=1", "(1/(2n)) ||y - X b||^2 + lambda sum |b_j|", y, gl(FALSE, FALSE), flags(FALSE, FALSE))
save("lasso-std-intercept", "glmnet gaussian alpha=1", paste0(G, " + lambda sum s_j |b_j|", std), y, gl(TRUE, TRUE), flags(TRUE, TRUE))
save("lasso-intercept", "glmnet gaussian alpha=1", paste0(G, " + lambda sum |b_j|", std), y, gl(FALSE, TRUE), flags(FALSE, TRUE))
save("lasso-penalty-factor", "glmnet gaussian alpha=1, penalty.factor",
     paste0(G, " + lambda sum v_j |b_j|, v = p * f / sum(f): glmnet rescales the factors f to sum to p; f_j = 0 is unpenalised"), y,
     gl(FALSE, TRUE, penalty.factor = pf), flags(FALSE, TRUE, penalty_factor = pf))
