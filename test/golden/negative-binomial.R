# Negative binomial models whose theta is estimated: glm.nb of MASS, and glmnet's lasso in turns with theta.ml of MASS.
# usage: Rscript negative-binomial.R OUTFILE
suppressMessages({library(jsonlite); library(glmnet); library(MASS)})
glmnet.control(fdev = 0, devmax = 1, eps = 1e-14, epsnr = 1e-16, mxitnr = 1000)
set.seed(977)
n <- 80; p <- 6
X <- round(matrix(rnorm(n * p), n, p) + 0.4 * rnorm(n), 3)
exposure <- rep_len(c(1, 2, 0.5, 3), n)
counts <- rnbinom(n, size = 1.7, mu = exposure * exp(0.6 + 0.6 * X[, 1] - 0.4 * X[, 3]))
weight <- rep_len(c(1, 2, 1, 0, 3), n)
few <- as.data.frame(X)
tight <- glm.control(epsilon = 1e-15, maxit = 500)
free <- function(weighted, exposed) {
  data <- cbind(few, y = counts, w = if (weighted) weight else 1, o = if (exposed) log(exposure) else 0)
  f <- glm.nb(y ~ V1 + V2 + V3 + V4 + V5 + V6 + offset(o), data = data, weights = w, control = tight, init.theta = 2)
  # glm.nb stops by the deviance; more turns settle both.
  theta <- f$theta
  for (turn in 1:200) {
    g <- glm(y ~ V1 + V2 + V3 + V4 + V5 + V6 + offset(o), negative.binomial(theta), data = data, weights = w, control = tight)
    likeliest <- theta.ml(data$y, fitted(g), sum(data$w), data$w, limit = 100, eps = 1e-14)
    theta <- as.numeric(likeliest)
  }
  s <- coef(summary(g, dispersion = 1))
  list(weighted = weighted, exposed = exposed, theta = theta, theta_of_glm_nb = f$theta, theta_error = as.numeric(attr(likeliest, "SE")), theta_error_of_glm_nb = as.numeric(f$SE.theta), estimates = unname(s[, 1]), errors = unname(s[, 2]), log_likelihood = as.numeric(logLik(f)))
}
penalized <- function(lambda) {
  theta <- 1
  for (turn in 1:200) {
    f <- glmnet(X, counts, family = negative.binomial(theta), lambda = lambda, thresh = 1e-22, maxit = 1e7)
    mu <- as.vector(predict(f, X, type = "response"))
    theta <- as.numeric(theta.ml(counts, mu, n, limit = 100, eps = 1e-14))
  }
  loglik <- sum(dnbinom(counts, size = theta, mu = mu, log = TRUE))
  list(lambda = lambda, theta = theta, intercept = unname(f$a0), coefficients = unname(f$beta[, 1]), log_likelihood = loglik)
}
version <- function(name) as.character(packageVersion(name))
write(toJSON(list(source = "MASS and glmnet",
  versions = list(R = R.version$version.string, glmnet = version("glmnet"), MASS = version("MASS")),
  free = list(free(FALSE, FALSE), free(TRUE, FALSE), free(FALSE, TRUE), free(TRUE, TRUE)),
  penalized = lapply(c(0.3, 0.1, 0.03), penalized),
  X = lapply(seq_len(n), function(i) X[i, ]), counts = counts, exposure = exposure, weight = weight), auto_unbox = TRUE, digits = NA), commandArgs(TRUE)[1])
