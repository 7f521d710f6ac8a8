# The R peers of the benchmark.
#   Rscript worker.R --list [FOLDER]              which peers are here, and which of them take the problem in FOLDER
#   Rscript worker.R FOLDER PEER LAYOUT THREADS   one peer on one problem: solves as often as asked on standard input
# A matrix in R is by columns, whatever the layout asked for.
suppressMessages({library(jsonlite); library(Matrix)})
say <- function(value) { cat("RESULT ", toJSON(value, auto_unbox = TRUE, digits = 17, null = "null"), "\n", sep = ""); flush(stdout()) }
peers <- list(
  glmnet = list(package = "glmnet", tol = 1e-7, penalties = c("l1", "ridge"),
    losses = c("squared", "logistic", "poisson", "multinomial", "gamma", "tweedie", "negative-binomial")),
  "glmnet-warm" = list(package = "glmnet", tol = 1e-7, losses = "squared", penalties = "l1", single = TRUE),
  "glmnet-cv" = list(package = "glmnet", tol = 1e-7, losses = "squared", penalties = "l1", folds = TRUE),
  ncvreg = list(package = "ncvreg", tol = 1e-4, losses = "squared", penalties = c("mcp", "scad"), standardized = TRUE),
  grpreg = list(package = "grpreg", tol = 1e-4, losses = "squared", penalties = c("group", "group-mcp", "group-scad"), standardized = TRUE))
takes <- function(p, q) q$loss %in% p$losses && q$penalty$name %in% p$penalties && (q$folds > 0) == isTRUE(p$folds) &&
  (!isTRUE(p$single) || q$nLambdas == 1) && (!isTRUE(p$standardized) || q$standardized)
version <- function(package) tryCatch(as.character(packageVersion(package)), error = function(e) NULL)

arguments <- commandArgs(TRUE)
if (arguments[1] == "--list") {
  q <- if (length(arguments) > 1) fromJSON(file.path(arguments[2], "problem.json"))
  say(unname(lapply(names(peers), function(name) list(name = name, package = peers[[name]]$package,
    version = version(peers[[name]]$package), takes = is.null(q) || takes(peers[[name]], q)))))
  quit(save = "no")
}

folder <- arguments[1]; name <- arguments[2]; peer <- peers[[name]]
q <- fromJSON(file.path(folder, "problem.json"))
numbers <- function(file, count, what = "double", size = 8) readBin(file.path(folder, file), what, count, size, endian = "little")
n <- q$nSamples; p <- q$nFeatures; size <- q$penalty$size
data <- numbers("data.bin", q$nEntries)
X <- if (q$sparse) sparseMatrix(i = numbers("indices.bin", q$nEntries, "integer", 4), p = numbers("indptr.bin", p + 1, "integer", 4),
                                x = data, dims = c(n, p), index1 = FALSE) else matrix(data, n, p)
rm(data)
y <- numbers("y.bin", n); lambdas <- numbers("lambdas.bin", q$nLambdas)
suppressMessages(library(peer$package, character.only = TRUE))
if (peer$package == "glmnet") glmnet.control(fdev = 0, devmax = 1)   # every lambda, however little it explains
family <- switch(q$loss, squared = "gaussian", logistic = "binomial", gamma = Gamma(link = "log"),
  tweedie = statmod::tweedie(var.power = 1.5, link.power = 0), "negative-binomial" = MASS::negative.binomial(2, link = "log"), q$loss)
# With alpha 0 glmnet divides its lambda by the deviation of a Gaussian response, about zero here.
ridge <- q$penalty$name == "ridge"
if (ridge && q$loss == "squared") lambdas <- lambdas * sqrt(mean(y^2))
# With one lambda "-warm" gives 20 larger values first and keeps the last, as the manual advises.
warm <- function() exp(seq(log(max(abs(crossprod(X, y))) / n), log(lambdas), length.out = 21))
fit <- function(tol, lambda) {
  # Of a family object "epsnr" ends the Newton steps, of which "thresh" is the end of a descent; elsewhere it does nothing.
  glmnet.control(epsnr = min(1e-6, tol))
  glmnet(X, if (q$loss == "multinomial") factor(y) else y, family, alpha = if (ridge) 0 else 1, lambda = lambda, thresh = tol,
    standardize = FALSE, intercept = FALSE, maxit = 1e8, type.gaussian = if (p < 500) "covariance" else "naive")
}
solve <- switch(name,
  glmnet = function(tol) {
    f <- fit(tol, lambdas)
    b <- if (is.list(f$beta)) do.call(rbind, lapply(f$beta, as.matrix)) else as.matrix(f$beta)
    list(b = b, iterations = f$npasses)
  },
  "glmnet-warm" = function(tol) { f <- fit(tol, warm()); list(b = as.matrix(f$beta)[, 21], iterations = f$npasses) },
  "glmnet-cv" = function(tol) {
    f <- cv.glmnet(X, y, lambda = lambdas, foldid = (seq_len(n) - 1) %% q$folds + 1, thresh = tol, standardize = FALSE,
                   intercept = FALSE, maxit = 1e8)
    i <- which.min(f$cvm)
    list(b = as.matrix(f$glmnet.fit$beta)[, i], chosen = i - 1)
  },
  ncvreg = function(tol) {
    f <- ncvreg(X, y, penalty = toupper(q$penalty$name), gamma = q$penalty$gamma, lambda = lambdas, eps = tol, max.iter = 1e7)
    list(b = f$beta[-1, ], iterations = sum(f$iter))
  },
  grpreg = function(tol) {
    gamma <- as.numeric(c(q$penalty$gamma, 3)[1])
    f <- grpreg(X, y, rep(seq_len(p / size), each = size), lambda = lambdas, eps = tol, max.iter = 1e7,
                penalty = c(group = "grLasso", "group-mcp" = "grMCP", "group-scad" = "grSCAD")[[q$penalty$name]],
                gamma = gamma, group.multiplier = rep(1, p / size))
    list(b = f$beta[-1, ], iterations = sum(f$iter))
  })
say(list(version = paste0(version(peer$package), ", R ", R.version$major, ".", R.version$minor), pid = Sys.getpid(), defaultTol = peer$tol))
input <- file("stdin"); open(input)
while (length(line <- readLines(input, 1)) > 0) {
  request <- fromJSON(line)
  start <- Sys.time(); used <- proc.time()
  found <- solve(if (request$tol > 0) request$tol else peer$tol)
  seconds <- as.numeric(Sys.time() - start, units = "secs"); used <- proc.time() - used
  writeBin(as.vector(as.matrix(found$b)), request$out, endian = "little")
  say(c(list(seconds = seconds, processorSeconds = used[[1]] + used[[2]]), found[setdiff(names(found), "b")]))
}
