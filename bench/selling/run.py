#!/usr/bin/env python3
"""Recommendation, lead score and timing beside what others do, on the same splits in one run.

What others recommend is part of `zhanggui eval recommend`; peers of the lead score run as processes of their own and are installed into
a cache folder. Nothing is tuned on what is judged.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = ["scikit-learn==1.9.1", "lightgbm==4.7.0", "pandas==3.1.1"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with orders/ and leads/")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/zhanggui")
    parser.add_argument("--cache", type=pathlib.Path, default=ROOT / "target/peers")
    parser.add_argument("--from", dest="first", default="2011-07-18", help="first day whose orders are judged")
    parser.add_argument("--to", dest="last", default="2011-09-25", help="last day whose orders are judged")
    parser.add_argument("--only", choices=["recommend", "leads", "timing"])
    return parser.parse_args()


def ours(binary, *words):
    done = subprocess.run([binary, "eval", *map(str, words), "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def python_of(cache):
    python = cache / "selling/bin/python"
    if not python.exists():
        venv.create(cache / "selling", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def recommend(options):
    found = ours(options.binary, "recommend", "--orders", next((options.data / "orders").glob("*.csv.gz")), "--from", options.first,
                 "--to", options.last, "--clean", "online-retail")
    print("\n| hit rate@3 / NDCG@3 | all | new | cold |\n|---|---|---|---|")
    for name, rows in [("Zhanggui", found), *found["baselines"].items()]:
        cells = [f"{rows[part]['hr3']:.3f} / {rows[part]['ndcg3']:.3f}" for part in ("all", "new", "cold")]
        print(f"| {name} | " + " | ".join(cells) + " |")


def leads(options):
    folder = options.data / "leads"
    python = python_of(options.cache)
    sets = [
        ("X Education", next(folder.glob("x_education*.csv")), "Converted", "Lead Number", "", "x_education.rule.yaml"),
        ("Online Shoppers", next(folder.glob("online_shoppers*.csv")), "Revenue", "", "", "online_shoppers.leads.rule.yaml"),
        ("Online Shoppers without PageValues", next(folder.glob("online_shoppers*.csv")), "Revenue", "", "PageValues", "online_shoppers.leads.rule.yaml"),
    ]
    print("\n| set | score | AUC | Brier | calibration error |\n|---|---|---|---|---|")
    for name, path, label, order, dropped, rule in sets:
        words = ["leads", "--data", path, "--label", label, "--rule", HERE / rule]
        words += ["--order", order] if order else []
        words += ["--drop", dropped] if dropped else []
        found = ours(options.binary, *words)
        rows = [("the rule", found["rule"]), ("Zhanggui", found["learned"])]
        for peer in ("logistic", "lightgbm"):
            done = subprocess.run([python, HERE / "lead_peer.py", peer, path, label, order, dropped], check=True, capture_output=True, text=True)
            rows.append((peer, json.loads(done.stdout)))
        for score, figures in rows:
            print(f"| {name} | {score} | {figures['auc']:.3f} | {figures['brier']:.3f} | {figures['ece']:.3f} |")


def timing(options):
    path = next((options.data / "leads").glob("online_shoppers*.csv"))
    found = ours(options.binary, "timing", "--data", path, "--label", "Revenue", "--drop", "PageValues", "--rule", HERE / "online_shoppers.timing.rule.yaml")
    print("\n| offers | reward | offered | of the bound |\n|---|---|---|---|")
    for name in ("rule", "learned"):
        row = found[name]
        print(f"| {name} | {row['reward']:.0f} | {row['offer_rate']:.1%} | {row['of_bound']:.1%} |")


def main():
    options = arguments()
    for part in (recommend, leads, timing):
        if options.only in (None, part.__name__):
            part(options)


if __name__ == "__main__":
    sys.exit(main())
