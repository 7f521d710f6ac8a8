# The splits of the study real-data, by cv.glmnet, cv.ncvreg and cv.grpreg: errors on the rows held out and numbers of columns.
# usage, from the root, after npm run build:
#   node -p 'JSON.stringify(require("./dist/figures/studies/real-splits").allSplits())' | Rscript figures/peers/real-data.R > figures/peers/real-data.json
suppressMessages({library(jsonlite); library(glmnet); library(ncvreg); library(grpreg)})
splits <- fromJSON(file("stdin"), simplifyDataFrame = FALSE)

fits <- function(s) {
  X <- do.call(cbind, s$columns); Z <- do.call(cbind, s$test$columns)
  family <- switch(s$loss, squares = "gaussian", "two classes" = "binomial", "several classes" = "multinomial")
  labels <- sort(unique(unlist(s$response)))
  y <- if (family == "gaussian") unlist(s$response) else factor(unlist(s$response), labels)
  truth <- unlist(s$test$response)
  judged <- function(predicted, nonzero) list(
    error = if (family == "gaussian") sum((truth - predicted)^2) / sum((truth - mean(truth))^2) else mean(predicted != truth),
    size = sum(nonzero))
  net <- function(alpha) {
    cv <- cv.glmnet(X, y, family = family, alpha = alpha, foldid = unlist(s$foldId) + 1, nlambda = 20, lambda.min.ratio = 0.01)
    at <- function(rule) {
      coefs <- coef(cv, s = rule)
      nonzero <- if (family == "multinomial") Reduce(`|`, lapply(coefs, function(one) one[-1] != 0)) else coefs[-1] != 0
      predicted <- predict(cv, Z, s = rule, type = if (family == "gaussian") "response" else "class")
      judged(if (family == "gaussian") as.numeric(predicted) else type.convert(as.vector(predicted), as.is = TRUE), nonzero)
    }
    list(min = at("lambda.min"), oneSe = at("lambda.1se"))
  }
  out <- list(lasso = net(1), `elastic net` = net(0.5))
  if (family == "gaussian") {
    folded <- function(penalty, gamma) {
      cv <- cv.ncvreg(X, y, penalty = penalty, gamma = gamma, fold = unlist(s$foldId) + 1, nlambda = 20, lambda.min = 0.01)
      list(min = judged(as.numeric(predict(cv, Z)), coef(cv)[-1] != 0))
    }
    # Folds have these lambdas too: by default they have their own, and between those the refits are interpolated.
    lambdas <- glmnet(X, y, nlambda = 20, lambda.min.ratio = 0.01)$lambda
    cv <- cv.glmnet(X, y, relax = TRUE, gamma = c(0, 0.5, 1), foldid = unlist(s$foldId) + 1, lambda = lambdas)
    at <- function(rule) judged(as.numeric(predict(cv, Z, s = paste0("lambda.", rule), gamma = paste0("gamma.", rule))),
                                coef(cv, s = paste0("lambda.", rule), gamma = paste0("gamma.", rule))[-1] != 0)
    out <- c(out, list(SCAD = folded("SCAD", 3.7), MCP = folded("MCP", 3), `relaxed lasso` = list(min = at("min"), oneSe = at("1se"))))
  }
  if (!is.null(s$groups)) {
    cv <- cv.grpreg(X, y, unlist(s$groups) + 1, family = family, fold = unlist(s$foldId) + 1, nlambda = 20, lambda.min = 0.01)
    predicted <- predict(cv, Z, type = if (family == "gaussian") "response" else "class")
    out$`group lasso` <- list(min = judged(if (family == "gaussian") as.numeric(predicted) else labels[1 + predicted], coef(cv)[-1] != 0))
  }
  lapply(names(out), function(method) c(list(data = s$data, method = method, `repeat` = s$`repeat`, fold = s$fold), out[[method]]))
}

version <- function(name) as.character(packageVersion(name))
cat(toJSON(list(
  versions = list(R = R.version$version.string, glmnet = version("glmnet"), ncvreg = version("ncvreg"), grpreg = version("grpreg")),
  fits = do.call(c, lapply(splits, fits))
), auto_unbox = TRUE, digits = 10), "\n", sep = "")
