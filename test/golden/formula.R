# Design matrices that R makes of formulas, of two tables: births of MASS (age and weight of mothers, race, smoking, premature labours) and
# warp breaks of R's datasets; rows held out are encoded by the terms of the others.
# usage: Rscript formula.R OUTFILE
suppressMessages({library(jsonlite); library(splines); library(survival); library(MASS)})
births <- birthwt[seq(1, 189, by = 4), c("age", "lwt", "race", "smoke", "ptl", "ftv", "bwt")]
births$race <- c("white", "black", "other")[births$race]
births$smoke <- ifelse(births$smoke == 1, "yes", "no")
breaks <- transform(warpbreaks, wool = as.character(wool), tension = as.character(tension))
tables <- list(births = births, breaks = breaks)
indicators <- function(frame) {
  texts <- names(frame)[vapply(frame, is.character, TRUE)]
  lapply(setNames(texts, texts), function(name) contrasts(factor(frame[[name]]), contrasts = FALSE))
}
# drop "first" is R's treatment contrasts, drop "none" indicators of all levels.
case <- function(table, formula, drop = "first", held = 1:5) {
  frame <- tables[[table]]
  fitted <- frame[-held, ]
  terms <- delete.response(terms(model.frame(as.formula(formula), fitted)))
  levels <- lapply(Filter(is.character, frame), function(x) sort(unique(x)))
  levels <- levels[intersect(names(levels), all.vars(terms))]
  if (grepl("factor(", formula, fixed = TRUE)) levels <- c(levels, list(`factor(ftv)` = as.character(sort(unique(fitted$ftv)))))
  matrix <- function(rows) {
    made <- model.frame(terms, rows, xlev = levels)
    arg <- if (drop == "none") indicators(frame)[intersect(names(levels), names(indicators(frame)))] else NULL
    x <- model.matrix(terms, made, contrasts.arg = arg)
    list(names = colnames(x), assign = attr(x, "assign"), rows = unname(split(unname(as.vector(t(x))), rep(seq_len(nrow(x)), each = ncol(x)))))
  }
  list(table = table, formula = formula, drop = drop, held = held - 1, fitted = matrix(fitted), fresh = matrix(frame[held, ]))
}
cases <- list(
  case("births", "bwt ~ age + lwt + race"),
  case("births", "bwt ~ ."),
  case("births", "bwt ~ . - ptl - ftv", "none"),
  case("births", "bwt ~ age * race"),
  case("births", "bwt ~ age:race"),
  case("births", "bwt ~ race + age:race", "none"),
  case("births", "bwt ~ race * smoke - 1"),
  case("births", "bwt ~ 0 + smoke + race"),
  case("births", "bwt ~ smoke:race + age"),
  case("births", "bwt ~ race/age"),
  case("births", "bwt ~ (age + lwt + smoke)^2"),
  case("births", "bwt ~ lwt + race:lwt:smoke + smoke"),
  case("births", "bwt ~ poly(age, 3) + log(lwt)"),
  case("births", "bwt ~ poly(lwt, 2, raw = TRUE) * smoke"),
  case("births", "bwt ~ ns(age, 4) + bs(lwt, df = 5)"),
  case("births", "bwt ~ ns(log(lwt), df = 3):race + bs(age, df = 4, degree = 2)"),
  case("births", "bwt ~ I(age^2 + lwt/10) + I(-age) + sqrt(lwt) * race"),
  case("births", "log(bwt) ~ factor(ftv) + age:factor(ftv)", held = c(2, 3)),
  case("breaks", "breaks ~ wool * tension"),
  case("breaks", "breaks ~ wool * tension", "none"),
  case("breaks", "breaks ~ wool + wool:tension"),
  case("breaks", "breaks ~ tension:wool - 1")
)
lung40 <- lung[1:40, c("time", "status", "age", "sex")]
surv <- Surv(lung40$time, lung40$status)
out <- list(source = "model.matrix, poly, ns, bs and Surv", versions = list(R = R.version$version.string, splines = as.character(packageVersion("splines")),
            survival = as.character(packageVersion("survival")), MASS = as.character(packageVersion("MASS"))),
            tables = lapply(tables, as.list), lung = c(as.list(lung40), list(event = surv[, "status"])), cases = cases)
write(toJSON(out, auto_unbox = TRUE, digits = NA, na = "null"), commandArgs(TRUE)[1])
