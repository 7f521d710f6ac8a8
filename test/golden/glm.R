# Reference logistic and Poisson lasso paths from glmnet on small data, one JSON file per case.
# usage: Rscript glm.R OUTDIR SEED N P   (N = 50, P = 24; for the wide-* files N = 36, P = 72)
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
invisible(rnorm(n))  # the noise of the Gaussian response in lasso.R
yb <- as.numeric(runif(n) < 1 / (1 + exp(-as.vector(eta))))
yp <- rpois(n, exp(pmin(0.3 + 0.25 * as.vector(eta), 3)))
ver <- list(R = R.version$version.string, glmnet = as.character(packageVersion("glmnet")))
save <- function(name, source, objective, yy, fit, extra = list()) {
  o <- c(list(name = name, source = source, versions = ver, objective = objective, n = n, p = p,
              layout = "X is column major: X[i + j*n]; coefficients[k] is the vector at lambdas[k]"),
         extra, list(lambdas = fit$lambda, intercepts = fit$a0, coefficients = lapply(seq_len(ncol(fit$beta)), function(k) fit$beta[, k]),
                     y = yy, X = as.vector(X)))
  o$coefficients <- lapply(o$coefficients, unname)
  write(toJSON(o, auto_unbox = TRUE, digits = NA), file.path(dir, paste0(name, ".json")))
}
gl <- function(yy, family, standardize, intercept) {
  solve <- function(...) glmnet(X, yy, family, standardize = standardize, intercept = intercept, thresh = 1e-20, maxit = 1e7, ...)
  f <- solve(lambda = solve(nlambda = 12, lambda.min.ratio = 0.05)$lambda)
  list(lambda = f$lambda, a0 = unname(f$a0), beta = as.matrix(f$beta))
}
flags <- function(st, ic) list(standardize = st, intercept = ic)
L <- "(1/n) sum [log(1+exp(eta_i)) - y_i eta_i]"
P <- "(1/n) sum [exp(eta_i) - y_i eta_i]"
save("logistic-raw", "glmnet binomial alpha=1", paste0(L, " + lambda ||b||_1, eta = X b"), yb, gl(yb, "binomial", FALSE, FALSE), flags(FALSE, FALSE))
save("logistic-std-intercept", "glmnet binomial alpha=1", paste0(L, " + lambda sum s_j |b_j|, eta = b0 + X b; s_j = sd with divisor n"), yb, gl(yb, "binomial", TRUE, TRUE), flags(TRUE, TRUE))
save("poisson-intercept", "glmnet poisson alpha=1", paste0(P, " + lambda ||b||_1, eta = b0 + X b"), yp, gl(yp, "poisson", FALSE, TRUE), flags(FALSE, TRUE))
save("poisson-std-intercept", "glmnet poisson alpha=1", paste0(P, " + lambda sum s_j |b_j|, eta = b0 + X b"), yp, gl(yp, "poisson", TRUE, TRUE), flags(TRUE, TRUE))
