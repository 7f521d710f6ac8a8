# Spline bases of R's splines package, at the points that they were made of and at others, beyond them too.
# usage: Rscript splines.R OUTFILE
suppressMessages({library(jsonlite); library(splines)})
x <- c(-0.626, 0.184, -0.836, 1.595, 0.33, -0.82, 0.487, 0.738, 0.576, -0.305, 1.512, 0.39, 3, -2.5)
others <- c(-4, -2.5, -1, 0.2, 3, 5)
plain <- function(basis) { attributes(basis) <- list(dim = dim(basis)); basis }
case <- function(kind, basis, df, degree) list(
  kind = kind, df = df, degree = degree, knots = unname(c(attr(basis, "Boundary.knots")[1], attr(basis, "knots"), attr(basis, "Boundary.knots")[2])),
  basis = plain(basis), others = if (kind == "natural") plain(predict(basis, others)) else NULL)
cases <- c(lapply(c(1, 2, 4, 6), function(df) case("natural", ns(x, df), df, 3)),
           lapply(c(3, 5), function(df) case("b", bs(x, df), df, 3)),
           list(case("b", bs(x, 4, degree = 2), 4, 2), case("b", bs(x, 3, degree = 1), 3, 1)))
out <- list(source = "ns and bs of splines", versions = list(R = R.version$version.string, splines = as.character(packageVersion("splines"))),
            x = x, others = others, cases = cases)
write(toJSON(out, auto_unbox = TRUE, digits = NA, null = "null"), commandArgs(TRUE)[1])
