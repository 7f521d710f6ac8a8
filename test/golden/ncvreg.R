# MCP and SCAD of classes and counts by ncvreg, whose problem has the penalty rescaled by the curvature of the loss, and cross-validations
# of least squares by cv.ncvreg with given folds, on simulated data.
# usage: Rscript ncvreg.R > ncvreg.json   (in this folder)
suppressMessages({library(jsonlite); library(ncvreg)})
set.seed(5)
n <- 120; p <- 8
X <- matrix(rnorm(n * p), n, p)
X[, 2] <- 0.6 * X[, 1] + 0.8 * X[, 2]
X[, 5] <- 2 * X[, 5] + 1
X <- round(X, 3)
eta <- 0.3 + 1.2 * X[, 1] - 0.9 * X[, 3] + 0.5 * X[, 5]
responses <- list(
  gaussian = round(eta + rnorm(n), 3),
  binomial = rbinom(n, 1, 1 / (1 + exp(-eta))),
  poisson = rpois(n, exp(0.4 * eta))
)
factors <- c(1, 1, 0.5, 1, 2, 1, 0, 1)
case <- function(family, penalty, gamma, penalty.factor = rep(1, p)) {
  fit <- ncvreg(X, responses[[family]], family = family, penalty = penalty, gamma = gamma, penalty.factor = penalty.factor,
    nlambda = 8, lambda.min = 0.1, eps = 1e-12, max.iter = 1e6, warn = FALSE)
  list(family = family, penalty = penalty, gamma = gamma, factors = penalty.factor, lambdas = fit$lambda,
    intercepts = as.numeric(fit$beta[1, ]), coefficients = t(unname(fit$beta[-1, ])), convex_min = fit$convex.min)
}
fold <- rep(1:6, length.out = n)
validated <- function(penalty, gamma) {
  cv <- cv.ncvreg(X, responses$gaussian, penalty = penalty, gamma = gamma, fold = fold, nlambda = 8, lambda.min = 0.05, eps = 1e-12,
    max.iter = 1e6)
  list(penalty = penalty, gamma = gamma, lambdas = cv$lambda, cve = cv$cve, cvse = cv$cvse, lambda_min = cv$lambda.min)
}
cat(toJSON(list(
  ncvreg = as.character(packageVersion("ncvreg")), r = as.character(getRversion()), X = X, responses = responses, fold = fold,
  cases = list(
    case("binomial", "MCP", 3), case("binomial", "SCAD", 3.7), case("poisson", "MCP", 3), case("poisson", "SCAD", 3.7),
    case("binomial", "MCP", 2, factors)
  ),
  cv = list(validated("MCP", 3), validated("MCP", 2), validated("SCAD", 3.7))
), digits = NA, auto_unbox = TRUE), "\n")
