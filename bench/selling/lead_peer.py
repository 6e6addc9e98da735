"""Logistic regression or LightGBM on one split of records; prints AUC, Brier, calibration error as one line of JSON."""

import json
import sys

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def calibration_error(chances, outcomes):
    order = chances.argsort(kind="stable")
    count = len(order)
    bins = [order[count * at // 10 : count * (at + 1) // 10] for at in range(10)]
    return sum(abs(chances[one].sum() - outcomes[one].sum()) for one in bins) / count


def main():
    peer, path, label, order, dropped = sys.argv[1:6]
    rows = pd.read_csv(path)
    rows = rows.loc[:, [name for name in rows.columns if not name.startswith("Unnamed")]]
    if order:
        rows = rows.sort_values(order, kind="stable").drop(columns=order)
    rows = rows.drop(columns=[name for name in dropped.split(",") if name])
    outcomes = rows.pop(label).astype(str).str.lower().isin(["1", "true", "yes"]).to_numpy().astype(int)
    numbers = rows.select_dtypes("number").columns
    features = pd.get_dummies(rows, columns=[name for name in rows.columns if name not in numbers], dummy_na=True, dtype=float)
    features.columns = [f"f{at}" for at in range(features.shape[1])]
    cut = int(len(rows) * 0.7)
    if peer == "lightgbm":
        import lightgbm

        model = lightgbm.LGBMClassifier(n_estimators=200, learning_rate=0.04, num_leaves=15, min_child_samples=30, n_jobs=2, random_state=1, verbose=-1)
    else:
        features = features.fillna(features.iloc[:cut].median())
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    model.fit(features.iloc[:cut], outcomes[:cut])
    chances = model.predict_proba(features.iloc[cut:])[:, 1]
    judged = outcomes[cut:]
    figures = {"auc": roc_auc_score(judged, chances), "brier": brier_score_loss(judged, chances), "ece": calibration_error(chances, judged)}
    print(json.dumps({name: round(float(value), 4) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
