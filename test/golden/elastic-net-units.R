# Elastic nets of glmnet whose response is in thousands: paths on its own grid, and cross-validated ridge regression.
# usage: Rscript elastic-net-units.R OUTFILE
suppressMessages({library(jsonlite); library(glmnet)})
glmnet.control(eps = 1e-14)
set.seed(52)
n <- 60; p <- 6
X <- matrix(rnorm(n * p), n, p)
for (j in 2:p) X[, j] <- 0.5 * X[, j - 1] + sqrt(1 - 0.5^2) * X[, j]
X <- round(sweep(sweep(X, 2, exp(seq(-0.7, 0.7, length.out = p)), "*"), 2, seq(-0.5, 1, length.out = p), "+"), 3)
y <- round(22000 + 6000 * as.vector(scale(X)[, c(1, 3, 6)] %*% c(1, -0.8, 0.5)) + 5000 * rnorm(n))
weight <- rep_len(c(1, 2, 0.5), n)
offset <- round(1000 * X[, 2])
fold <- rep_len(1:5, n)
case <- function(alpha, weighted = FALSE, shifted = FALSE, ...) {
  f <- glmnet(X, y, alpha = alpha, nlambda = 12, thresh = 1e-24, maxit = 1e7,
              weights = if (weighted) weight else rep(1, n), offset = if (shifted) offset else NULL, ...)
  list(alpha = alpha, weighted = weighted, shifted = shifted, ..., lambdas = f$lambda,
       intercepts = unname(f$a0), coefficients = lapply(seq_along(f$lambda), function(k) unname(f$beta[, k])))
}
cases <- list(case(0), case(0.1), case(0.5), case(0, weighted = TRUE), case(0.3, weighted = TRUE, standardize = FALSE),
  case(0.3, shifted = TRUE), case(0, intercept = FALSE), case(0.7, weighted = TRUE, intercept = FALSE))
cv <- lapply(c(0, 0.1), function(alpha) {
  # With the lambdas given, folds are fitted at them; else they are interpolated.
  f <- cv.glmnet(X, y, alpha = alpha, foldid = fold, lambda = glmnet(X, y, alpha = alpha)$lambda, thresh = 1e-24, maxit = 1e7)
  list(alpha = alpha, lambda_min = f$lambda.min, lambdas = f$lambda, mean_score = f$cvm, r2 = 1 - min(f$cvm) / mean((y - mean(y))^2))
})
write(toJSON(list(source = "glmnet", versions = list(R = R.version$version.string, glmnet = as.character(packageVersion("glmnet"))),
  layout = "X by rows; coefficients[k] is the vector at lambdas[k]", X = lapply(seq_len(n), function(i) X[i, ]), y = y,
  weight = weight, offset = offset, fold = fold - 1, cases = cases, cross_validations = cv), auto_unbox = TRUE, digits = NA), commandArgs(TRUE)[1])
