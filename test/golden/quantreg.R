# The lasso of quantile regression by rq.fit.lasso of quantreg, and the fit of the first three columns without a penalty by rq.fit.br, on
# the data of kinks.json. A row of rq.fit.lasso's penalty is one of the median, so that it minimises sum_i rho(r_i) + lambda / 2 sum_j |b_j|.
# usage: Rscript quantreg.R > quantreg.json   (in this folder)
suppressMessages({library(jsonlite); library(quantreg)})
file <- fromJSON("kinks.json")
X <- cbind(1, file$X)
n <- nrow(X)
cases <- lapply(c(0.25, 0.5, 0.8), function(tau) lapply(c(20, 6, 1), function(lambda) {
  b <- rq.fit.lasso(X, file$y, tau = tau, lambda = c(0, rep(lambda, ncol(X) - 1)), beta = 0.99995, eps = 1e-12)$coefficients
  list(tau = tau, lambda = lambda, coefficients = as.numeric(b))
}))
free <- lapply(c(0.25, 0.5, 0.8), function(tau) {
  fit <- rq.fit.br(X[, 1:4], file$y, tau = tau)
  list(tau = tau, coefficients = as.numeric(fit$coefficients))
})
cat(toJSON(list(quantreg = as.character(packageVersion("quantreg")), r = as.character(getRversion()), cases = unlist(cases, recursive = FALSE), free = free),
  digits = NA, auto_unbox = TRUE), "\n")
