# Cox models with strata, times of entry and both: coxph, concordance and survfit of survival, and glmnet's penalized fits.
# usage: Rscript cox-strata.R OUTFILE
suppressMessages({library(jsonlite); library(glmnet); library(survival)})
glmnet.control(fdev = 0, devmax = 1, eps = 1e-14, epsnr = 1e-16, mxitnr = 1000)
set.seed(733)
n <- 90; p <- 5
X <- round(matrix(rnorm(n * p), n, p) + 0.5 * rnorm(n), 3)
strata <- c("north", "south", "west")[sample(3, n, TRUE, c(0.45, 0.4, 0.15))]
hazard <- exp(0.6 * X[, 1] - 0.4 * X[, 2] + c(north = 0, south = 1, west = -1)[strata])
start <- round(rexp(n, 1.5), 1) * rbinom(n, 1, 0.7)
stop <- round(start + 0.1 + rexp(n, hazard), 1)
event <- rbinom(n, 1, 0.7)
event[strata == "west" & seq_len(n) > 45] <- 0
# glmnet 4.1 takes rows that enter after the last event of their stratum for being at risk: here nobody does.
for (s in unique(strata)) {
  rows <- which(strata == s)
  last <- rows[which.max(stop[rows])]
  event[last] <- 1
  stop[last] <- max(stop[rows]) + 0.1
}
weight <- rep_len(c(1, 2, 0.5), n)
control <- coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-15)
new <- X[c(3, 30, 60), ]
unnamed <- function(...) lapply(list(...), unname)
case <- function(entry, stratified, ties, weighted = FALSE) {
  data <- data.frame(start, stop, event, strata, w = if (weighted) weight else 1)
  y <- if (entry) Surv(data$start, data$stop, data$event) else Surv(data$stop, data$event)
  f <- if (stratified) coxph(y ~ X + strata(strata), data, weights = w, ties = ties, control = control, robust = FALSE)
       else coxph(y ~ X, data, weights = w, ties = ties, control = control, robust = FALSE)
  s <- coef(summary(f))
  linear <- as.vector(X %*% coef(f))
  agreement <- if (stratified) concordance(y ~ linear + strata(strata), weights = data$w, reverse = TRUE) else concordance(y ~ linear, weights = data$w, reverse = TRUE)
  out <- c(list(entry = entry, stratified = stratified, ties = ties, weighted = weighted, log_likelihood = f$loglik[2], concordance = agreement$concordance),
           unnamed(estimates = coef(f), errors = s[, "se(coef)"], p = s[, "Pr(>|z|)"]))
  if (!weighted && ties == "breslow") {
    frame <- basehaz(f, centered = FALSE)
    out$hazard <- list(time = frame$time, hazard = frame$hazard, strata = if (stratified) sub("strata=", "", as.character(frame$strata)) else rep("", nrow(frame)))
  }
  if (ties == "breslow") {
    response <- if (stratified) stratifySurv(y, strata) else y
    g <- glmnet(X, response, family = "cox", weights = data$w, lambda = c(0.1, 0.05, 0.02), thresh = 1e-22, maxit = 1e7)
    out$lambdas <- g$lambda
    out$coefficients <- lapply(seq_len(ncol(g$beta)), function(k) unname(g$beta[, k]))
  }
  out
}
cases <- list()
for (entry in c(FALSE, TRUE)) for (stratified in c(FALSE, TRUE)) for (ties in c("breslow", "efron"))
  cases[[length(cases) + 1]] <- case(entry, stratified, ties)
cases[[length(cases) + 1]] <- case(TRUE, TRUE, "breslow", TRUE)
version <- function(name) as.character(packageVersion(name))
write(toJSON(list(source = "survival and glmnet",
  versions = list(R = R.version$version.string, glmnet = version("glmnet"), survival = version("survival")),
  layout = "X by rows; coefficients[k] is the vector at lambdas[k]; hazard is the cumulative baseline hazard at X = 0",
  cases = cases, X = lapply(seq_len(n), function(i) X[i, ]), start = start, stop = stop, event = event, strata = strata, weight = weight),
  auto_unbox = TRUE, digits = NA), commandArgs(TRUE)[1])
