# Reads a fit that smooth-edges wrote, and predicts: predict_fit(read_fit("fit.json"), rows)
read_fit <- function(path) {
  fit <- jsonlite::fromJSON(path, simplifyVector = FALSE)
  if (!identical(fit$format, "smooth-edges/fit") || !identical(as.integer(fit$version), 1L))
    stop("read_fit: the file must be a smooth-edges/fit of version 1, got ", fit$format, " ", fit$version)
  fit
}

# A vector with a number or the label of the class a row; of several tasks a matrix. `rows` is a matrix.
predict_fit <- function(fit, rows, offset = NULL) {
  if (fit$usesOffset && is.null(offset))
    stop("predict_fit: offset must be given, since the fit had one, got NULL; pass 0 for none")
  if (ncol(rows) != length(fit$featureNames))
    stop("predict_fit: rows must have the ", length(fit$featureNames), " features of the fit, got ", ncol(rows))
  numbers <- function(list) vapply(list, as.numeric, 0) # also reads "-0"
  several <- !is.null(fit$coefs)
  coefs <- matrix(if (several) sapply(fit$coefs, numbers) else numbers(fit$coef), nrow = ncol(rows))
  intercepts <- if (several) numbers(fit$intercepts) else as.numeric(fit$intercept)
  eta <- sweep(rows %*% coefs, 2, intercepts, "+") + if (is.null(offset)) 0 else offset
  if (!is.null(fit$classes)) {
    code <- if (several) max.col(eta, "first") else 1 + (eta[, 1] > 0)
    return(unlist(fit$classes)[code])
  }
  made <- fit$datafit[["$made"]]
  if (made %in% c("poisson", "negativeBinomial", "tweedie", "gamma", "cox")) eta <- exp(eta)
  if (made == "binomial") {
    link <- if (length(fit$datafit$args)) fit$datafit$args[[1]]$link
    eta[] <- stats::make.link(if (is.null(link)) "logit" else link)$linkinv(eta)
  }
  if (several) eta else eta[, 1]
}
