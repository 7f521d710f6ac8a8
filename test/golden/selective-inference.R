# Selective inference by R's selectiveInference at lassos of glmnet, and desparsified lassos by hdi, all cases in one JSON file.
# usage: Rscript selective-inference.R OUTFILE
suppressMessages({library(jsonlite); library(glmnet); library(survival); library(selectiveInference); library(hdi)})
set.seed(20163)
n <- 100; p <- 20
X <- matrix(rnorm(n * p), n, p)
for (j in 2:p) X[, j] <- 0.4 * X[, j - 1] + sqrt(1 - 0.4^2) * X[, j]
X <- round(sweep(X, 2, seq(-0.5, 1, length.out = p), "+"), 4)
eta <- as.vector(scale(X[, c(2, 6, 10, 14)]) %*% c(0.6, -0.5, 0.4, -0.3))
y <- round(eta + rnorm(n), 4)
labels <- rbinom(n, 1, 1 / (1 + exp(-2.5 * eta)))
time <- round(rexp(n, exp(eta)), 6)
event <- rbinom(n, 1, 0.7)
deviations <- apply(X, 2, function(x) sqrt(mean((x - mean(x))^2)))
scaled <- sweep(X, 2, deviations, "/")

solve_lasso <- function(x, response, family, lambda, intercept = TRUE) {
  control <- list(x = x, y = response, family = family, standardize = FALSE, lambda = lambda * c(4, 2, 1), thresh = 1e-22, maxit = 1e8)
  if (family != "cox") control$intercept <- intercept
  fit <- do.call(glmnet, control)
  as.numeric(coef(fit)[, 3])
}

# The package takes the tail of a truncated normal for a ratio of differences, which rounding leaves nothing of far from the mean, and its interval
# from a grid of 0.02 standard deviations. So p-values are kept where the ratio has nine digits, and the ends solve it there.
ratio <- function(limits, mean) selectiveInference:::mpfr.tnorm.surv(min(max(limits$estimate, limits$vlo), limits$vup), mean, limits$sd, limits$vlo, limits$vup)
has_digits <- function(limits, mean) {
  at <- (c(limits$vlo, limits$vup) - mean) / limits$sd
  diff(pnorm(at)) > 1e-7 * max(pnorm(at[2]), 1e-300)
}
ends <- function(limits, level, flip) {
  end <- function(tail) {
    means <- limits$estimate + limits$sd * seq(-30, 30, by = 0.01)
    values <- ifelse(sapply(means, has_digits, limits = limits), ratio(limits, means), NA)
    k <- which(values[-1] > tail & values[-length(values)] <= tail)
    if (length(k) != 1) return(NA)
    uniroot(function(mean) ratio(limits, mean) - tail, means[k + 0:1], tol = 1e-14)$root
  }
  found <- c(end((1 - level) / 2), end((1 + level) / 2))
  if (flip) -rev(found) else found
}

case <- function(name, out, limits, signs, ...) {
  list(name = name, ..., vars = out$vars - 1, estimate = as.vector(out$coef0), sd = out$sd,
    p = ifelse(sapply(limits, has_digits, mean = 0), out$pv, NA), low_limit = out$vlo, high_limit = out$vup, sign = signs,
    grid = out$ci, grid_tails = out$tailarea, interval = t(mapply(ends, limits, 0.9, signs < 0)))
}

# What the package makes of a fit before its grid: the polyhedron of all targets.
gaussian <- function(name, x, lambda, sigma = NULL, intercept = TRUE, scales = 1) {
  beta <- solve_lasso(x, y, "gaussian", lambda, intercept)[-1]
  out <- fixedLassoInf(x, y, beta, n * lambda, intercept = intercept, sigma = sigma, alpha = 0.1, tol.beta = 1e-9)
  poly <- selectiveInference:::fixedLassoPoly(if (intercept) scale(x, TRUE, FALSE) else x, out$y, n * lambda, beta, seq_len(p) %in% out$vars)
  limits <- lapply(seq_along(out$vars), function(k) TG.limits(out$y, poly$A, poly$b, out$vmat[k, ] * out$sign[k], diag(rep(out$sigma^2, n))))
  case(name, out, limits, out$sign, lambda = lambda, sigma = out$sigma, intercept = intercept)
}

logistic <- function(name, lambda) {
  beta <- solve_lasso(X, labels, "binomial", lambda)
  out <- fixedLassoInf(X, labels, beta, n * lambda, family = "binomial", alpha = 0.1, tol.beta = 1e-9)
  signs <- sign(out$coef0)
  # The package tests towards the sign of this step, which is that of the lasso here.
  stopifnot(all(signs == sign(beta[-1][out$vars])))
  limits <- lapply(seq_along(out$vars), function(k) list(estimate = out$coef0[k] * signs[k], vlo = out$vlo[k], vup = out$vup[k], sd = out$sd[k]))
  case(name, out, limits, signs, lambda = lambda)
}

coxph_lasso <- function(name, lambda) {
  # glmnet's ties are Breslow's, the package's Efron's; there are none here.
  stopifnot(!anyDuplicated(time))
  beta <- solve_lasso(X, Surv(time, event), "cox", lambda)
  out <- suppressWarnings(fixedLassoInf(X, time, beta, n * lambda, status = event, family = "cox", alpha = 0.1))
  signs <- sign(beta[out$vars])
  # It shows the coefficients of coxph; the step from the lasso, which it tests, is this.
  at <- coxph(Surv(time, event) ~ X[, out$vars], init = beta[out$vars], iter.max = 0)
  step <- as.vector(beta[out$vars] + n * lambda * vcov(at) %*% signs)
  out$coef0 <- step
  limits <- lapply(seq_along(out$vars), function(k) list(estimate = step[k] * signs[k], vlo = out$vlo[k], vup = out$vup[k], sd = out$sd[k]))
  case(name, out, limits, signs, lambda = lambda)
}

# The desparsified lasso at given lambdas: residuals of the nodewise lassos, on columns of deviation 1 (divisor n - 1).
desparsified <- function(lambda, nodewise, sigma) {
  x <- scale(X)
  Z <- sapply(seq_len(p), function(j) {
    b <- solve_lasso(x[, -j], x[, j], "gaussian", nodewise)
    x[, j] - b[1] - x[, -j] %*% b[-1]
  })
  betahat <- solve_lasso(x, y, "gaussian", lambda)[-1]
  out <- suppressWarnings(suppressMessages(lasso.proj(X, y, betainit = betahat, sigma = sigma, Z = Z, suppress.grouptesting = TRUE)))
  interval <- confint(out, level = 0.9)
  list(lambda = lambda, nodewise_lambda = nodewise, sigma = sigma, initial = out$betahat, estimate = out$bhat, sd = out$se, p = out$pval, low = interval[, 1], high = interval[, 2])
}

cases <- list(
  gaussian("lasso", X, 0.1),
  gaussian("lasso, sigma given", X, 0.2, sigma = 1.3),
  gaussian("lasso, no intercept", X, 0.15, intercept = FALSE),
  gaussian("lasso, standardized", scaled, 0.12),
  logistic("logistic", 0.03),
  coxph_lasso("cox", 0.08))
write(toJSON(list(source = "selectiveInference, fixedLassoInf, type partial, alpha 0.1; hdi, lasso.proj",
  versions = list(R = R.version$version.string, selectiveInference = as.character(packageVersion("selectiveInference")),
    hdi = as.character(packageVersion("hdi")), glmnet = as.character(packageVersion("glmnet")), survival = as.character(packageVersion("survival"))),
  n = n, p = p, layout = "X is column major: X[i + j*n]; limits of gaussian and cox cases are of the coefficient times its sign",
  cases = cases, desparsified = desparsified(0.15, 0.08, 1.1), y = y, labels = labels, time = time, event = event, X = as.vector(X)),
  auto_unbox = TRUE, digits = NA, na = "null"), commandArgs(TRUE)[1])
