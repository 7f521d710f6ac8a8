# Reads a fit that smooth-edges wrote, and predicts: predict_fit(read_fit("fit.json"), rows)
read_fit <- function(path) {
  fit <- jsonlite::fromJSON(path, simplifyVector = FALSE)
  if (fit$format != "smooth-edges/fit" || fit$version > 1)
    stop("read_fit: the file must be a smooth-edges/fit of version 1, got ", fit$format, " ", fit$version)
  fit
}

# A vector with a number or the label of the class a row; of several tasks a matrix. `rows` is a matrix.
predict_fit <- function(fit, rows, offset = 0) {
  numbers <- function(list) as.numeric(unlist(list)) # also reads "-0"
  several <- !is.null(fit$coefs)
  coefs <- if (several) sapply(fit$coefs, numbers) else cbind(numbers(fit$coef))
  intercepts <- numbers(if (several) fit$intercepts else fit$intercept)
  eta <- sweep(rows %*% matrix(coefs, ncol(rows)), 2, intercepts, "+") + offset
  if (!is.null(fit$classes)) {
    code <- if (several) max.col(eta, "first") else 1 + (eta[, 1] > 0)
    return(unlist(fit$classes)[code])
  }
  if (fit$datafit[["$made"]] %in% c("poisson", "cox")) eta <- exp(eta)
  if (several) eta else eta[, 1]
}
