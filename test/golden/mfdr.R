# Marginal false discovery rates of ncvreg on small data, all cases in one JSON file.
# usage: Rscript mfdr.R OUTFILE
suppressMessages({library(jsonlite); library(ncvreg)})
set.seed(20191)
n <- 60; p <- 20
X <- matrix(rnorm(n * p), n, p)
for (j in 2:p) X[, j] <- 0.4 * X[, j - 1] + sqrt(1 - 0.4^2) * X[, j]
X <- round(sweep(sweep(X, 2, exp(seq(-0.7, 0.7, length.out = p)), "*"), 2, seq(-0.5, 1, length.out = p), "+"), 4)
eta <- as.vector(scale(X[, c(2, 6, 10, 14)]) %*% c(1, -0.8, 0.6, -0.4))
y <- round(eta + rnorm(n), 4)
labels <- rbinom(n, 1, 1 / (1 + exp(-1.5 * eta)))
time <- round(rexp(n, exp(eta)), 6)
event <- rbinom(n, 1, 0.7)
factors <- c(0, 0.5, 2, rep(1, p - 3))
case <- function(name, fit, ...) {
  m <- mfdr(fit, X)
  list(name = name, ..., lambdas = fit$lambda, expected = m$EF, selected = m$S, rates = m$mFDR)
}
options <- list(X = X, nlambda = 12, lambda.min = 0.1, eps = 1e-12, max.iter = 1e6)
gaussian <- function(...) do.call(ncvreg, c(options, list(y = y, ...)))
cases <- list(
  case("lasso", gaussian(penalty = "lasso")),
  case("elastic-net", gaussian(penalty = "lasso", alpha = 0.5, penalty.factor = factors), l1_ratio = 0.5, penalty_factor = factors),
  case("mcp", gaussian(penalty = "MCP", gamma = 3)),
  case("logistic", do.call(ncvreg, c(options, list(y = labels, family = "binomial", penalty = "lasso")))),
  case("cox", do.call(ncvsurv, c(options, list(y = cbind(time, event), penalty = "lasso")))))
write(toJSON(list(source = "ncvreg, mfdr", versions = list(R = R.version$version.string, ncvreg = as.character(packageVersion("ncvreg"))),
  n = n, p = p, layout = "X is column major: X[i + j*n]; expected, selected and rates belong to lambdas",
  cases = cases, y = y, labels = labels, time = time, event = event, X = as.vector(X)), auto_unbox = TRUE, digits = NA), commandArgs(TRUE)[1])
