# Measures of predictions by assess.glmnet, pROC, survival and their definitions, on the data of cv-measures.json: the first 80 rows are
# fitted, the other 40 judged.
# usage: Rscript evaluate.R > evaluate.json   (in this folder)
suppressMessages({library(jsonlite); library(glmnet); library(pROC); library(survival)})
glmnet.control(fdev = 0, devmax = 1, eps = 1e-12, pmin = 1e-12)
file <- fromJSON("cv-measures.json")
X <- file$X
train <- 1:80
test <- 81:120
weights <- file$weights[test]
case <- function(family, share) {
  y <- file$responses[[family]]
  if (family == "cox") y <- Surv(abs(y), as.integer(y > 0))
  pick <- function(rows) if (family == "mgaussian") y[rows, ] else y[rows]
  args <- if (family == "mgaussian") list(standardize.response = FALSE) else list()
  top <- do.call(glmnet, c(list(X[train, ], pick(train), family), args))$lambda[1]
  lambda <- share * top
  fit <- do.call(glmnet, c(list(X[train, ], pick(train), family, lambda = top * share^((0:8) / 8), thresh = 1e-22, maxit = 1e7), args))
  assessed <- function(...) {
    a <- assess.glmnet(fit, newx = X[test, ], newy = pick(test), s = lambda, ...)
    lapply(a, function(v) as.numeric(v))
  }
  out <- list(family = family, lambda = lambda, plain = assessed(), weighted = assessed(weights = weights))
  eta <- predict(fit, X[test, ], s = lambda)
  if (family == "binomial") {
    p <- drop(1 / (1 + exp(-eta)))
    r <- roc(pick(test), p, quiet = TRUE, direction = "<", levels = c(0, 1))
    out$auc_interval <- as.numeric(ci.auc(r, method = "delong"))[c(1, 3)]
    out$auc_variance <- as.numeric(var(r, method = "delong"))
    out$roc <- list(specificities = rev(r$specificities), sensitivities = rev(r$sensitivities))
    out$brier <- mean((pick(test) - p)^2)
    out$brier_weighted <- weighted.mean((pick(test) - p)^2, weights)
    out$log_loss <- -mean(dbinom(pick(test), 1, p, log = TRUE))
    out$confusion <- unclass(table(factor(pick(test), 0:1), factor(as.integer(p > 0.5), 0:1)))
    # Ten groups of four rows each.
    group <- ceiling(rank(p) / 4)
    out$calibration <- list(predicted = as.numeric(tapply(p, group, mean)), observed = as.numeric(tapply(pick(test), group, mean)))
  }
  if (family == "multinomial") {
    p <- predict(fit, X[test, ], s = lambda, type = "response")[, , 1]
    out$confusion <- unclass(table(factor(pick(test), 1:3), factor(max.col(p, "first"), 1:3)))
    out$log_loss <- -mean(log(p[cbind(seq_along(test), pick(test))]))
  }
  if (family %in% c("gaussian", "poisson")) {
    mu <- drop(predict(fit, X[test, ], s = lambda, type = "response"))
    out$r2 <- 1 - sum((pick(test) - mu)^2) / sum((pick(test) - mean(pick(test)))^2)
  }
  if (family == "cox") {
    out$concordance <- concordance(pick(test) ~ drop(eta), reverse = TRUE)$concordance
    out$concordance_weighted <- concordance(pick(test) ~ drop(eta), reverse = TRUE, weights = weights)$concordance
    # Breslow's cumulative hazard at the linear predictors of new rows, of the fitted rows.
    curves <- survfit(fit, s = lambda, x = X[train, ], y = pick(train), newx = X[test[1:3], ], stype = 2, ctype = 1)
    out$survival <- list(time = curves$time, surv = t(curves$surv))
  }
  out
}
out <- list(
  name = "evaluate", source = "glmnet, pROC and survival; rows 1 to 80 fitted, 81 to 120 judged",
  versions = list(R = R.version$version.string, glmnet = as.character(packageVersion("glmnet")),
                  pROC = as.character(packageVersion("pROC")), survival = as.character(packageVersion("survival"))),
  cases = list(case("gaussian", 0.1), case("binomial", 0.2), case("poisson", 0.1), case("multinomial", 0.2), case("mgaussian", 0.1),
               case("cox", 0.2))
)
cat(toJSON(out, auto_unbox = TRUE, digits = NA), "\n", sep = "")
