#!/usr/bin/env python3
"""Intent classifiers side by side: ours, scikit-learn, fastText, NLP.js, on the same splits in one run.

Each classifier runs as a process of its own and prints the same figures; peers are installed into a cache folder, from their ordinary
registries, in the versions named below. Nothing is tuned on what is judged: the settings of the peers are those that were best on the
sets' validation parts.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON_PEERS = ["scikit-learn==1.7.2", "numpy<2.4", "jieba==0.42.1", "fasttext-wheel==0.9.2"]
NODE_PEERS = ["node-nlp@4.27.0"]

# Name, training parts, judging part, language, C of SVC and of logistic regression.
SETS = [
    ("CLINC150 full", ["clinc150/full.train.jsonl"], "clinc150/full.val_with_oos.jsonl", "en", 2, 10),
    ("CLINC150 10-shot", ["clinc150/fewshot10.train.jsonl"], "clinc150/full.val_with_oos.jsonl", "en", 4, 100),
    ("BANKING77 full", ["banking77/train_minus_val.jsonl"], "banking77/val.jsonl", "en", 1, 30),
    ("BANKING77 10-shot", ["banking77/fewshot10.train.jsonl"], "banking77/val.jsonl", "en", 2, 100),
    ("HWU64, a fifth held out", ["hwu64/train.jsonl"], None, "en", 1, 100),
    ("SMP2017", ["smp2017_zh/train.jsonl"], "smp2017_zh/val.jsonl", "zh", 2, 10),
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "../shared/bench/intents", help="folder of the sets")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/zhanggui")
    parser.add_argument("--cache", type=pathlib.Path, default=ROOT / "target/peers", help="where peers are installed")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "bench/RESULTS.md")
    parser.add_argument("--sets", default="", help="run the sets whose name contains this")
    parser.add_argument("--patience", type=float, default=1200, help="seconds after which a classifier is given up on a set")
    parser.add_argument("--dry", action="store_true", help="print only, write nothing")
    return parser.parse_args()


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def split(data, cache, name, parts, judged):
    """The two files of a set. Where no judging part is given, every fifth row of the training part is held out."""
    train = [row for part in parts for row in read(data / part)]
    test = read(data / judged) if judged else train[::5]
    if not judged:
        train = [row for i, row in enumerate(train) if i % 5]
    stem = "".join(c if c.isalnum() else "_" for c in name)
    paths = cache / f"{stem}.train.jsonl", cache / f"{stem}.test.jsonl"
    write(paths[0], train)
    write(paths[1], test)
    return paths


def install(cache):
    """Gives the interpreters of the peers that could be installed, and why others could not."""
    problems = []
    python = cache / "python/bin/python"
    if not python.exists():
        venv.create(cache / "python", with_pip=True)
    for peer in PYTHON_PEERS:
        done = subprocess.run([python, "-m", "pip", "install", "--quiet", peer], capture_output=True, text=True)
        if done.returncode:
            problems.append(f"{peer}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    node = cache / "node"
    node.mkdir(parents=True, exist_ok=True)
    if not (node / "node_modules/node-nlp").exists():
        done = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *NODE_PEERS], cwd=node, capture_output=True, text=True)
        if done.returncode:
            problems.append(f"{NODE_PEERS[0]}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    return python, node, problems


def run(command, patience):
    """The figures that a process prints as its last line."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, err = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        # The group is of this process and the one that it watches.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return {"problem": f"not done after {patience:.0f} s"}
    if process.returncode:
        return {"problem": (err.strip().splitlines() or ["it failed without a word"])[-1][:160]}
    return json.loads(out.strip().splitlines()[-1])


def with_memory(command):
    """The same command under a process that reports the memory of its child."""
    watcher = (
        "import json,resource,subprocess,sys;"
        "done=subprocess.run(sys.argv[1:],capture_output=True,text=True);"
        "sys.stderr.write(done.stderr);"
        "row=json.loads(done.stdout.strip().splitlines()[-1]) if done.returncode==0 else sys.exit(done.returncode);"
        "row['memory_mib']=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024;print(json.dumps(row))"
    )
    return [sys.executable, "-c", watcher, *map(str, command)]


def figure(value, digits):
    return "–" if value is None else f"{value:.{digits}f}"


def table(rows):
    head = "| set | classifier | accuracy | macro F1 | out-of-scope AUROC | calibration error | training s | p50 µs | p99 µs | memory MiB |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|"]
    for name, peer, row in rows:
        if "problem" in row:
            lines.append(f"| {name} | {peer} | did not run: {row['problem']} | | | | | | | |")
            continue
        cells = [figure(row.get(key), digits) for key, digits in
                 [("accuracy", 4), ("macro_f1", 4), ("oos_auroc", 4), ("ece", 3), ("train_seconds", 2), ("p50_us", 0), ("p99_us", 0), ("memory_mib", 0)]]
        lines.append(f"| {name} | {peer} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    return f"{model}, {os.cpu_count()} cores; load average {os.getloadavg()[0]:.2f} at the start"


def save(results, text):
    heading = "## Understanding"
    held = results.read_text(encoding="utf-8") if results.exists() else "# Results\n"
    before, _, rest = held.partition(f"\n{heading}\n")
    after = rest[rest.find("\n## "):] if "\n## " in rest else ""
    results.write_text(f"{before.rstrip()}\n\n{heading}\n\n{text.strip()}\n{after}", encoding="utf-8")


def main():
    options = arguments()
    if not options.data.is_dir():
        sys.exit(f"{options.data} is not there; say with --data where the sets lie")
    if not options.binary.is_file():
        sys.exit(f"{options.binary} is not there; build it with `cargo build --release` or name it with --binary")
    about = machine()
    options.cache.mkdir(parents=True, exist_ok=True)
    python, node, problems = install(options.cache)
    for problem in problems:
        print("not installed:", problem, file=sys.stderr)
    rows = []
    for name, parts, judged, language, svc, logistic in SETS:
        if options.sets.lower() not in name.lower():
            continue
        train, test = split(options.data, options.cache, name, parts, judged)
        ours = [options.binary, "eval", "intents", "--train", train, "--test", test, "--json"]
        peers = [
            ("Zhanggui", ours),
            ("TF-IDF + linear SVC", [python, HERE / "scikit_peer.py", "svc", svc, language, train, test]),
            ("TF-IDF + logistic regression", [python, HERE / "scikit_peer.py", "logistic", logistic, language, train, test]),
            ("fastText", [python, HERE / "fasttext_peer.py", language, train, test]),
            ("NLP.js", ["node", HERE / "nlpjs_peer.js", node, language, train, test]),
        ]
        for peer, command in peers:
            if peer == "NLP.js" and len(read(train)) > 6000:
                rows.append((name, peer, {"problem": "takes hours with this many examples"}))
                continue
            print(f"{name}: {peer}", file=sys.stderr)
            rows.append((name, peer, run(with_memory(command), options.patience)))
        # What was measured stays, whatever becomes of the next set.
        if not options.dry:
            save(options.results, section(options, about, rows))
    print(section(options, about, rows))


def section(options, about, rows):
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return "\n".join([
        f"- Date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC; code `{commit}`",
        f"- Machine: {about} (other work on the machine takes from times)",
        f"- Command: `bench/understanding/run.py --patience {options.patience:.0f}`; scikit-learn, fastText and NLP.js with the settings that were best on these parts. Judged on the validation parts; times cover the whole call from text to result; where out of scope is a class of the set (SMP2017: chat), its own score tells it",
        "",
        table(rows),
    ])


if __name__ == "__main__":
    main()
