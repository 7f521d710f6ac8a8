# Reference solutions of generalized linear models on small data, all cases in one JSON file.
# usage: Rscript glm-families.R OUTFILE
suppressMessages({library(jsonlite); library(glmnet); library(MASS); library(statmod); library(survival)})
glmnet.control(fdev = 0, devmax = 1, eps = 1e-14, epsnr = 1e-16, mxitnr = 1000)
set.seed(411)
n <- 60; p <- 8
X <- matrix(rnorm(n * p), n, p)
for (j in 2:p) X[, j] <- 0.5 * X[, j - 1] + sqrt(1 - 0.5^2) * X[, j]
X <- round(sweep(sweep(X, 2, exp(seq(-0.5, 0.5, length.out = p)), "*"), 2, seq(-0.5, 1, length.out = p), "+"), 3)
eta <- as.vector(scale(X)[, c(1, 3, 6)] %*% c(0.7, -0.5, 0.3))
trials <- rep_len(c(3, 5, 8, 1, 12), n)
successes <- rbinom(n, trials, 1 / (1 + exp(-eta)))
labels <- rbinom(n, 1, pnorm(0.8 * eta))
counts <- rnbinom(n, size = 2, mu = exp(0.5 + eta))
claims <- round(ifelse(runif(n) < 0.3, 0, rgamma(n, 2, 2 / exp(eta))), 3)
amounts <- round(rgamma(n, 2, 2 / exp(eta)), 3)
numbers <- round(eta + rnorm(n), 3)
time <- ceiling(4 * rexp(n, exp(eta)))
event <- rbinom(n, 1, 0.75)
grid <- function(y, family, alpha = 1, ...) {
  solve <- function(...) glmnet(X, y, family = family, alpha = alpha, thresh = 1e-22, maxit = 1e7, ...)
  f <- solve(..., lambda = exp(seq(log(0.15), log(0.01), length.out = 5)))
  list(lambdas = f$lambda, intercepts = if (is.null(f$a0)) rep(0, length(f$lambda)) else as.vector(f$a0), coefficients = unname(lapply(seq_len(ncol(f$beta)), function(k) f$beta[, k])))
}
named <- function(case) { case$coefficients <- lapply(case$coefficients, unname); case }
paths <- lapply(list(
  negative_binomial = grid(counts, negative.binomial(theta = 2)),
  tweedie = grid(claims, tweedie(var.power = 1.5, link.power = 0)),
  binomial = grid(cbind(trials - successes, successes), "binomial"),
  probit = grid(labels, binomial(link = "probit")),
  cloglog = grid(labels, binomial(link = "cloglog")),
  cox = grid(Surv(time, event), "cox"),
  ridge = grid(numbers, "gaussian", alpha = 0),
  ridge_logistic = grid(labels, "binomial", alpha = 0)), named)
few <- X[, 1:4]
table_of <- function(f) {
  s <- coef(summary(f))
  ci <- confint.default(f)
  list(estimates = unname(s[, 1]), errors = unname(s[, if ("se(coef)" %in% colnames(s)) "se(coef)" else 2]),
       statistics = unname(s[, ncol(s) - 1]), p = unname(s[, ncol(s)]), low = unname(ci[, 1]), high = unname(ci[, 2]))
}
tight <- glm.control(epsilon = 1e-14, maxit = 1000)
models <- list(
  gaussian = c(table_of(lm(numbers ~ few)), list(t_low = unname(confint(lm(numbers ~ few))[, 1]), t_high = unname(confint(lm(numbers ~ few))[, 2]))),
  gaussian_weighted = table_of(lm(numbers ~ few, weights = trials)),
  logistic = table_of(glm(labels ~ few, binomial, control = tight)),
  binomial = table_of(glm(cbind(successes, trials - successes) ~ few, binomial, control = tight)),
  probit = table_of(glm(labels ~ few, binomial("probit"), control = tight)),
  cloglog = table_of(glm(labels ~ few, binomial("cloglog"), control = tight)),
  poisson = table_of(glm(counts ~ few, poisson, control = tight)),
  negative_binomial = {
    f <- glm(counts ~ few, negative.binomial(theta = 2), control = tight)
    s <- coef(summary(f, dispersion = 1))
    list(estimates = unname(s[, 1]), errors = unname(s[, 2]), statistics = unname(s[, 3]), p = unname(s[, 4]))
  },
  gamma = table_of(glm(amounts ~ few, Gamma("log"), control = tight)),
  tweedie = table_of(glm(claims ~ few, tweedie(var.power = 1.5, link.power = 0), control = tight)),
  cox_breslow = table_of(coxph(Surv(time, event) ~ few, ties = "breslow", control = coxph.control(eps = 1e-14, iter.max = 100))),
  cox_efron = table_of(coxph(Surv(time, event) ~ few, ties = "efron", control = coxph.control(eps = 1e-14, iter.max = 100))))
f <- coxph(Surv(time, event) ~ few, ties = "efron", control = coxph.control(eps = 1e-14, iter.max = 100))
models$cox_efron$log_likelihoods <- f$loglik
version <- function(name) as.character(packageVersion(name))
write(toJSON(list(source = "glmnet, MASS, statmod, survival",
  versions = list(R = R.version$version.string, glmnet = version("glmnet"), MASS = version("MASS"), statmod = version("statmod"), survival = version("survival")),
  n = n, p = p, layout = "X is column major: X[i + j*n]; coefficients[k] is the vector at lambdas[k]; models have an intercept and the first four columns",
  paths = paths, models = models, trials = trials, successes = successes, labels = labels, counts = counts, claims = claims, amounts = amounts,
  numbers = numbers, time = time, event = event, X = as.vector(X)), auto_unbox = TRUE, digits = NA), commandArgs(TRUE)[1])
