"""Reads a fit that smooth-edges wrote, and predicts: predict(read_fit("fit.json"), rows)."""
import json
import math

LINKS = {"poisson": math.exp, "cox": math.exp}


def read_fit(path):
    with open(path, encoding="utf-8") as file:
        fit = json.load(file)
    if fit["format"] != "smooth-edges/fit" or fit["version"] > 1:
        raise ValueError(f"read_fit: the file must be a smooth-edges/fit of version 1, got {fit['format']} {fit['version']}")
    return fit


def predict(fit, rows, offset=0.0):
    """Per row a number, the label of its class, or of several tasks a list; `offset` is one number for all rows."""
    coefs, intercepts = (fit["coefs"], fit["intercepts"]) if "coefs" in fit else ([fit["coef"]], [fit["intercept"]])
    link = LINKS.get(fit["datafit"]["$made"], lambda eta: eta)
    predicted = []
    for row in rows:  # float() also reads "-0"
        eta = [float(b0) + offset + sum(float(b) * x for b, x in zip(coef, row)) for coef, b0 in zip(coefs, intercepts)]
        if fit["classes"]:
            code = int(eta[0] > 0) if len(eta) == 1 else eta.index(max(eta))
            predicted.append(fit["classes"][code])
        else:
            predicted.append([link(e) for e in eta] if "coefs" in fit else link(eta[0]))
    return predicted
