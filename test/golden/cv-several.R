# Cross-validation of several responses by cv.glmnet, on the data of multinomial.json and multitask.json.
# usage: Rscript cv-several.R > cv-several.json   (in this folder)
suppressMessages({library(jsonlite); library(glmnet)})
glmnet.control(fdev = 0, devmax = 1, eps = 1e-12, pmin = 1e-12)
case <- function(name, family, thresh, ...) {
  file <- fromJSON(paste0(name, ".json"))
  X <- matrix(file$X, file$n)
  y <- if (family == "multinomial") factor(file$y) else matrix(file$y, file$n)
  fold <- (seq_len(file$n) - 1) %% 5
  lambdas <- glmnet(X, y, family, ...)$lambda[1] * 0.03^((0:11) / 11)
  cv <- cv.glmnet(X, y, family = family, lambda = lambdas, foldid = fold + 1, keep = TRUE, thresh = thresh, maxit = 1e7, ...)
  if (family == "multinomial") {
    # cv.glmnet bounds probabilities by 1e-5 before it takes their logarithm: here none is so near to 0 or 1.
    shares <- apply(exp(cv$fit.preval), c(1, 3), function(odds) odds / sum(odds))
    stopifnot(min(shares) > 1e-5, max(shares) < 1 - 1e-5)
  }
  list(data = name, family = family, fold = fold, lambdas = cv$lambda, cvm = unname(cv$cvm), cvsd = unname(cv$cvsd),
       lambda_min = cv$lambda.min, lambda_1se = cv$lambda.1se)
}
out <- list(
  name = "cv-several", source = "cv.glmnet, columns standardized inside each fold, with an intercept",
  versions = list(R = R.version$version.string, glmnet = as.character(packageVersion("glmnet"))),
  multinomial = case("multinomial", "multinomial", 1e-20),
  multinomial_by_rows = case("multinomial", "multinomial", 1e-20, type.multinomial = "grouped"),
  tasks_by_rows = case("multitask", "mgaussian", 1e-24)
)
cat(toJSON(out, auto_unbox = TRUE, digits = NA), "\n", sep = "")
