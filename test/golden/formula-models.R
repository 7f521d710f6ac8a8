# Models of formulas: coxph of survival with strata and times of entry, glm with counts of successes and failures, and lm whose calculated response has
# a feature in it; tables of survival and MASS.
# usage: Rscript formula-models.R OUTFILE
suppressMessages({library(jsonlite); library(survival); library(MASS)})
entries <- heart[, c("start", "stop", "event", "age", "year", "surgery")]
lungs <- veteran[, c("time", "status", "karno", "age", "celltype", "prior")]
lungs$celltype <- as.character(lungs$celltype)
births <- birthwt[seq(1, 189, by = 3), c("age", "lwt", "smoke", "race", "bwt")]
births$race <- c("white", "black", "other")[births$race]
tables <- list(heart = entries, veteran = lungs, menarche = menarche, births = births)
case <- function(table, formula, model, ties = "efron", link = "logit") {
  data <- tables[[table]]
  f <- switch(model,
    cox = coxph(as.formula(formula), data, ties = ties, control = coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-15)),
    binomial = glm(as.formula(formula), binomial(link), data, control = glm.control(epsilon = 1e-15, maxit = 200)),
    linear = lm(as.formula(formula), data))
  s <- coef(summary(f))
  list(table = table, formula = formula, model = model, ties = ties, link = link, names = rownames(s), estimates = unname(coef(f)),
       errors = unname(if (model == "cox") s[, "se(coef)"] else s[, "Std. Error"]),
       strata = if (is.null(f$xlevels)) list() else as.list(unlist(f$xlevels[grepl("strata", names(f$xlevels))], use.names = FALSE)))
}
cases <- list(
  case("heart", "Surv(start, stop, event) ~ age + year + strata(surgery)", "cox"),
  case("heart", "Surv(start, stop, event) ~ . + strata(surgery) - surgery", "cox", "breslow"),
  case("veteran", "Surv(time, status) ~ karno + age + strata(celltype)", "cox"),
  case("veteran", "Surv(time, status) ~ karno * age + strata(celltype, prior)", "cox"),
  case("veteran", "Surv(time, status) ~ karno + strata(celltype) + strata(prior)", "cox", "breslow"),
  case("veteran", "Surv(time = time, event = status == TRUE) ~ karno + age + strata(age > 60)", "cox"),
  case("menarche", "cbind(successes = Menarche, failures = Total - Menarche) ~ Age", "binomial"),
  case("menarche", "cbind(successes = Menarche, failures = Total - Menarche) ~ Age + I(Total / 1000)", "binomial", link = "probit"),
  case("births", "I(bwt/lwt) ~ lwt + age + race", "linear"),
  case("births", "log(bwt) ~ lwt + I(smoke == TRUE) + age", "linear"))
version <- function(name) as.character(packageVersion(name))
write(toJSON(list(source = "survival, MASS and stats", versions = list(R = R.version$version.string, survival = version("survival"), MASS = version("MASS")),
  tables = lapply(tables, as.list), cases = cases), auto_unbox = TRUE, digits = NA), commandArgs(TRUE)[1])
