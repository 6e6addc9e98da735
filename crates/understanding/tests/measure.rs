//! Measurements on data that is not part of the repository. Run by hand:
//! `ZHANGGUI_SHARED=… cargo test -p understanding --test measure -- --ignored --nocapture`

use std::{fs, path::PathBuf, time::Instant};

use understanding::evaluation::{self, TrainedClassifier};

fn bench(path: &str) -> Option<Vec<(String, String)>> {
    let root =
        std::env::var_os("ZHANGGUI_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    let text = fs::read_to_string(root.join("bench").join(path)).ok()?;
    let rows = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    Some(
        rows.map(|row| {
            (row["text"].as_str().unwrap_or("").into(), row["intent"].as_str().unwrap_or("").into())
        })
        .collect(),
    )
}

fn pack(language: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(format!("../../packs/default/{language}/intents"))
        .expect("the pack")
        .map(|e| e.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        let intent = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("text");
        pairs.extend(
            text.lines()
                .filter(|l| !l.trim().is_empty() && !l.starts_with("# ") && !l.starts_with("description:"))
                .map(|l| (l.trim().to_owned(), intent.clone())),
        );
    }
    pairs
}

#[derive(Default)]
struct Report {
    accuracy: f64,
    gated: f64,
    top3: f64,
    auroc: f64,
    recall5: f64,
    rejected: f64,
    ece: f64,
}

fn judge(rows: &[(String, String, evaluation::Classified)], labels: &dyn Fn(&str) -> bool) -> Report {
    let mut report = Report::default();
    let known: Vec<_> = rows.iter().filter(|r| labels(&r.1)).collect();
    let n = known.len() as f64;
    report.accuracy = known.iter().filter(|r| r.2.ranked[0].0 == r.1).count() as f64 / n;
    report.top3 = known.iter().filter(|r| r.2.ranked.iter().take(3).any(|x| x.0 == r.1)).count() as f64 / n;
    let foreign = |label: &str| label == "out_of_scope" || !labels(label);
    let answer = |c: &evaluation::Classified| {
        if c.in_scope { c.ranked[0].0.clone() } else { "out_of_scope".to_owned() }
    };
    report.gated = rows
        .iter()
        .filter(|r| {
            let a = answer(&r.2);
            a == r.1 || (a == "out_of_scope" && foreign(&r.1))
        })
        .count() as f64
        / rows.len() as f64;
    let inside: Vec<f64> = rows.iter().filter(|r| !foreign(&r.1)).map(|r| r.2.out_of_scope).collect();
    let outside: Vec<f64> = rows.iter().filter(|r| foreign(&r.1)).map(|r| r.2.out_of_scope).collect();
    report.rejected = rows.iter().filter(|r| !foreign(&r.1) && answer(&r.2) == "out_of_scope").count() as f64
        / inside.len().max(1) as f64;
    let mut wins = 0.0;
    for o in &outside {
        for i in &inside {
            wins += if o > i {
                1.0
            } else if o == i {
                0.5
            } else {
                0.0
            };
        }
    }
    report.auroc = wins / (outside.len() * inside.len()) as f64;
    let mut sorted = inside.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let cut = sorted.get((sorted.len() as f64 * 0.05) as usize).copied().unwrap_or(0.0);
    report.recall5 = outside.iter().filter(|o| **o > cut).count() as f64 / outside.len().max(1) as f64;
    let mut by: Vec<(f64, bool)> = known.iter().map(|r| (r.2.ranked[0].1, r.2.ranked[0].0 == r.1)).collect();
    by.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bin = by.len().div_ceil(10);
    for chunk in by.chunks(bin.max(1)) {
        let conf: f64 = chunk.iter().map(|x| x.0).sum::<f64>() / chunk.len() as f64;
        let acc = chunk.iter().filter(|x| x.1).count() as f64 / chunk.len() as f64;
        report.ece += (conf - acc).abs() * chunk.len() as f64 / by.len() as f64;
    }
    report
}

fn show(name: &str, r: &Report, rest: &str) {
    println!(
        "{name:28} acc {:.4} gated {:.4} top3 {:.4} ece {:.3} auroc {:.4} recall5 {:.3} rejected {:.3} {rest}",
        r.accuracy, r.gated, r.top3, r.ece, r.auroc, r.recall5, r.rejected
    );
}

fn run(name: &str, train: &[(String, String)], test: &[(String, String)], hold_out: &dyn Fn(&str) -> bool) {
    let train: Vec<_> = train.iter().filter(|(_, l)| !hold_out(l)).cloned().collect();
    let begun = Instant::now();
    let classifier = evaluation::train(&train);
    let seconds = begun.elapsed().as_secs_f64();
    let labels = |label: &str| train.iter().any(|(_, l)| l == label);
    let rows = classify(&classifier, test);
    let report = judge(&rows, &labels);
    let mut times: Vec<f64> = test
        .iter()
        .map(|(t, _)| {
            let b = Instant::now();
            let _ = classifier.classify(t);
            b.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    show(
        name,
        &report,
        &format!(
            "train {seconds:.2}s p50 {:.0} p99 {:.0} us",
            times[times.len() / 2],
            times[times.len() * 99 / 100]
        ),
    );
}

fn classify(
    classifier: &TrainedClassifier,
    test: &[(String, String)],
) -> Vec<(String, String, evaluation::Classified)> {
    test.iter().map(|(t, l)| (t.clone(), l.clone(), classifier.classify(&plain(t)))).collect()
}

#[test]
#[ignore = "a measurement"]
fn public_sets() {
    let never = |_: &str| false;
    for (name, train, test) in [
        ("banking full", "intents/banking77/train_minus_val.jsonl", "intents/banking77/val.jsonl"),
        ("banking 10", "intents/banking77/fewshot10.train.jsonl", "intents/banking77/val.jsonl"),
        ("clinc 10", "intents/clinc150/fewshot10.train.jsonl", "intents/clinc150/full.val_with_oos.jsonl"),
        ("clinc full", "intents/clinc150/full.train.jsonl", "intents/clinc150/full.val_with_oos.jsonl"),
        (
            "clinc full + oos",
            "intents/clinc150/full.train_with_oos.jsonl",
            "intents/clinc150/full.val_with_oos.jsonl",
        ),
        ("smp", "intents/smp2017_zh/train.jsonl", "intents/smp2017_zh/val.jsonl"),
    ] {
        let (Some(train), Some(test)) = (bench(train), bench(test)) else {
            println!("{name}: data absent");
            continue;
        };
        run(name, &train, &test, &never);
        if name == "smp" {
            run("smp, chat held out", &train, &test, &|l| l == "chat");
        }
        if name == "banking full" {
            let mut labels: Vec<_> = train.iter().map(|x| x.1.clone()).collect();
            labels.sort();
            labels.dedup();
            let held: Vec<_> = labels.iter().step_by(4).cloned().collect();
            run("banking, 20 held out", &train, &test, &|l| held.iter().any(|h| h == l));
        }
    }
}

fn folds(pairs: &[(String, String)], block: bool) -> Vec<Report> {
    let mut reports = Vec::new();
    for fold in 0..5 {
        let mut count = std::collections::HashMap::new();
        let total: std::collections::HashMap<&str, usize> =
            pairs.iter().fold(Default::default(), |mut m, p| {
                *m.entry(p.1.as_str()).or_insert(0) += 1;
                m
            });
        let mut train = Vec::new();
        let mut test = Vec::new();
        for (text, label) in pairs {
            let at = count.entry(label.as_str()).or_insert(0_usize);
            let own = if block { *at * 5 / total[label.as_str()] } else { *at % 5 };
            *at += 1;
            if own == fold {
                test.push((text.clone(), label.clone()));
            } else {
                train.push((text.clone(), label.clone()));
            }
        }
        let classifier = evaluation::train(&train);
        reports.push(judge(&classify(&classifier, &test), &|_| true));
    }
    reports
}

#[test]
#[ignore = "a measurement"]
fn the_pack_by_cross_validation() {
    for language in ["zh", "en"] {
        let pairs = pack(language);
        for block in [false, true] {
            let reports = folds(&pairs, block);
            let mean = |f: fn(&Report) -> f64| reports.iter().map(f).sum::<f64>() / reports.len() as f64;
            let report = Report {
                accuracy: mean(|r| r.accuracy),
                gated: mean(|r| r.gated),
                top3: mean(|r| r.top3),
                auroc: mean(|r| r.auroc),
                recall5: mean(|r| r.recall5),
                rejected: mean(|r| r.rejected),
                ece: mean(|r| r.ece),
            };
            show(
                &format!("pack {language} {}", if block { "blocks" } else { "random" }),
                &report,
                &format!("n {}", pairs.len()),
            );
        }
    }
}

/// A pack's line without its marks.
fn plain(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        let Some((text, after)) = rest[open + 1..].split_once("](") else { break };
        let Some((_, tail)) = after.split_once(')') else { break };
        out.push_str(&rest[..open]);
        out.push_str(text);
        rest = tail;
    }
    out.push_str(rest);
    out.replace("\\n", "\n")
}
