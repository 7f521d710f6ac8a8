# Cross-validation by cv.glmnet with each type.measure, and of the relaxed lasso, on simulated data.
# usage: Rscript cv-measures.R > cv-measures.json   (in this folder)
suppressMessages({library(jsonlite); library(glmnet); library(survival)})
glmnet.control(fdev = 0, devmax = 1, eps = 1e-12, pmin = 1e-12)
set.seed(33)
n <- 120
p <- 12
X <- matrix(round(rnorm(n * p), 4), n, p)
X[, 2] <- round(X[, 1] + 0.5 * X[, 2], 4)
signal <- drop(X %*% c(1, 0, -0.8, 0.6, rep(0, p - 4)))
gaussian <- round(1 + signal + 1.5 * rnorm(n), 4)
binomial <- as.integer(runif(n) < 1 / (1 + exp(-signal)))
poisson <- rpois(n, exp(0.4 + 0.4 * signal))
multinomial <- 1L + (signal + rnorm(n) > -0.5) + (signal + rnorm(n) > 0.8)
tasks <- round(cbind(signal + rnorm(n), X[, 5] + 2 * rnorm(n)), 4)
# Distinct times, so that ties are no part of the comparison.
time <- round(rexp(n) * exp(-0.7 * signal), 4) + seq_len(n) * 1e-6
status <- as.integer(runif(n) < 0.7)
weights <- sample(1:3, n, replace = TRUE)
fold <- (seq_len(n) - 1) %% 6
# By the names of glmnet's families.
responses <- list(gaussian = gaussian, binomial = binomial, poisson = poisson, multinomial = factor(multinomial), mgaussian = tasks,
                  cox = Surv(time, status))

cv <- function(family, measure, weighted = FALSE, ...) {
  y <- responses[[family]]
  args <- if (family == "mgaussian") list(standardize.response = FALSE) else list()
  if (weighted) args$weights <- weights
  # The grid ends before coefficients would have to be known better than glmnet's tolerance gives them.
  top <- do.call(glmnet, c(list(X, y, family), args))$lambda[1]
  lambda <- top * 0.05^((0:14) / 14)
  thresh <- if (family %in% c("gaussian", "mgaussian")) 1e-24 else 1e-20
  do.call(cv.glmnet, c(list(X, y, family = family, lambda = lambda, foldid = fold + 1, type.measure = measure, thresh = thresh,
                            maxit = 1e7), args, list(...)))
}
scores <- function(cv) list(lambdas = cv$lambda, cvm = unname(cv$cvm), cvsd = unname(cv$cvsd), lambda_min = cv$lambda.min,
                            lambda_1se = cv$lambda.1se)
case <- function(family, measure, weighted = FALSE)
  c(list(family = family, measure = measure, weighted = weighted), scores(cv(family, measure, weighted)))
stats_family <- function(family) getExportedValue("stats", family)()
relaxed <- function(family, measure) {
  r <- cv(family, measure, relax = TRUE)$relaxed
  # Refits by glmnet end some 1e-6 before the optimum; R's own of the same features do not.
  free <- sapply(seq_along(r$statlist[[1]]$lambda), function(k) mean(sapply(0:5, function(f) {
    own <- fold == f
    y <- responses[[family]]
    thresh <- if (family == "gaussian") 1e-24 else 1e-20
    path <- glmnet(X[!own, ], y[!own], family, lambda = r$statlist[[1]]$lambda, thresh = thresh, maxit = 1e7)
    used <- which(path$beta[, k] != 0)
    fit <- glm.fit(cbind(1, X[!own, used]), y[!own], family = stats_family(family), control = glm.control(epsilon = 1e-15, maxit = 100))
    eta <- drop(cbind(1, X[own, used]) %*% fit$coefficients)
    mean(stats_family(family)$dev.resids(y[own], stats_family(family)$linkinv(eta), rep(1, sum(own))))
  })))
  list(family = family, measure = measure, refitted_deviance = free, gammas = r$gamma, lambdas = r$statlist[[1]]$lambda,
       cvm = lapply(unname(r$statlist), function(s) unname(s$cvm)), cvsd = lapply(unname(r$statlist), function(s) unname(s$cvsd)))
}
out <- list(
  name = "cv-measures", source = "cv.glmnet(type.measure), columns standardized inside each fold, with an intercept",
  versions = list(R = R.version$version.string, glmnet = as.character(packageVersion("glmnet")),
                  survival = as.character(packageVersion("survival"))),
  X = X, fold = fold, weights = weights,
  responses = list(gaussian = gaussian, binomial = binomial, poisson = poisson, multinomial = multinomial, mgaussian = tasks,
                   cox = ifelse(status == 1, time, -time)),
  cases = list(
    case("gaussian", "mse"), case("gaussian", "mae"), case("gaussian", "mae", TRUE),
    case("binomial", "deviance"), case("binomial", "class"), case("binomial", "auc"), case("binomial", "mse"), case("binomial", "mae"),
    case("binomial", "auc", TRUE), case("binomial", "class", TRUE),
    case("poisson", "deviance"), case("poisson", "mse"), case("poisson", "mae"),
    case("multinomial", "deviance"), case("multinomial", "class"), case("multinomial", "mse"), case("multinomial", "mae"),
    case("mgaussian", "mse"), case("mgaussian", "mae"),
    case("cox", "deviance"), case("cox", "C"), case("cox", "C", TRUE)
  ),
  relaxed = list(relaxed("gaussian", "mse"), relaxed("gaussian", "mae"), relaxed("binomial", "deviance"), relaxed("binomial", "auc"),
                 relaxed("poisson", "deviance"))
)
cat(toJSON(out, auto_unbox = TRUE, digits = NA), "\n", sep = "")
