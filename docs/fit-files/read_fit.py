"""Reads a fit that smooth-edges wrote, and predicts: predict(read_fit("fit.json"), rows)."""
import json
import math


def read_fit(path):
    with open(path, encoding="utf-8") as file:
        fit = json.load(file)
    kind = (fit.get("format"), fit.get("version"))
    if kind != ("smooth-edges/fit", 1):
        raise ValueError(f"read_fit: the file must be a smooth-edges/fit of version 1, got {kind}")
    return fit


def exp(eta):
    return math.exp(eta) if eta < 709.78 else math.inf


def inverse_link(datafit):
    if datafit["$made"] in ("poisson", "negativeBinomial", "tweedie", "gamma", "cox"):
        return exp
    if datafit["$made"] == "binomial":
        name = (datafit["args"] or [{}])[0].get("link", "logit")
        return {
            "logit": lambda eta: 1 / (1 + exp(-eta)),
            "probit": lambda eta: math.erfc(-eta / math.sqrt(2)) / 2,
            "cloglog": lambda eta: -math.expm1(-exp(eta)),
        }[name]
    return lambda eta: eta


def predict(fit, rows, offset=None):
    """Per row a number, the label of its class, or of several tasks a list; `offset` is one number for all rows."""
    if fit["usesOffset"] and offset is None:
        raise ValueError("predict: offset must be given, since the fit had one, got None; pass 0 for none")
    coefs, intercepts = (fit["coefs"], fit["intercepts"]) if "coefs" in fit else ([fit["coef"]], [fit["intercept"]])
    link = inverse_link(fit["datafit"])
    width, predicted = len(fit["featureNames"]), []
    for row in rows:
        if len(row) != width:
            raise ValueError(f"predict: each row must have the {width} features of the fit, got {len(row)}")
        # float() also reads "-0"
        eta = [float(b0) + (offset or 0) + sum(float(b) * x for b, x in zip(coef, row)) for coef, b0 in zip(coefs, intercepts)]
        if fit["classes"]:
            predicted.append(fit["classes"][int(eta[0] > 0) if len(eta) == 1 else eta.index(max(eta))])
        else:
            predicted.append([link(e) for e in eta] if "coefs" in fit else link(eta[0]))
    return predicted
