use std::collections::HashMap;
use super::{features::{self, Family}, trainer::{self, Examples}, solver::padded};

fn pack(language: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(format!("../../packs/default/{language}/intents")).expect("the pack").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        let intent = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("text");
        pairs.extend(crate::pack::parse_intent(&text).examples.into_iter().map(|example| (crate::text::fold(&example), intent.clone())));
    }
    pairs
}

#[test]
#[ignore]
fn experiment() {
    for (i, w) in ["WZH", "WEN"].iter().enumerate() { let _ = (i, w); }
    let show = std::env::var_os("SHOW").is_some();
    for (language, family) in [("zh", Family::Chinese), ("en", Family::English)] {
        let pairs = pack(language);
        let examples = Examples::new(features::Featurizer::new(family, true), "out_of_scope", pairs.iter().map(|(t, l)| (t.as_str(), l.as_str())));
        let turns = trainer::turns(&examples.classes);
        let classes = examples.labels.len();
        let (mut right, mut three, mut n) = (0, 0, 0);
        let mut confusion: HashMap<(usize, usize), Vec<&str>> = HashMap::new();
        for fold in 0..5 {
            let fit = trainer::fit(&examples, |i| turns[i] % 5 != fold, true);
            let mut scores = vec![0.0; padded(classes)];
            for i in (0..pairs.len()).filter(|&i| turns[i] % 5 == fold) {
                let (v, _) = fit.vocabulary.vector(&examples.messages[i]);
                fit.merged.as_ref().unwrap().scores(&v, &mut scores);
                let mut order: Vec<usize> = (0..classes).collect();
                order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
                let c = usize::from(examples.classes[i]);
                n += 1;
                right += usize::from(order[0] == c);
                three += usize::from(order[..3].contains(&c));
                if order[0] != c { confusion.entry((c, order[0])).or_default().push(&pairs[i].0); }
            }
        }
        println!("{language} acc {:.4} top3 {:.4} n {n}", f64::from(right as u32) / n as f64, f64::from(three as u32) / n as f64);
        if show {
            let mut c: Vec<_> = confusion.into_iter().collect();
            c.sort_by_key(|x| std::cmp::Reverse(x.1.len()));
            for ((a, b), texts) in c.iter().take(45) {
                println!("  {} -> {} {}: {:?}", examples.labels[*a], examples.labels[*b], texts.len(), &texts[..texts.len().min(7)]);
            }
        }
    }
}
