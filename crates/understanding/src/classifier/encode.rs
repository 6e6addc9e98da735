//! What the build script writes: a model and the names that it knows. `decode` and `corpus` read them.

use super::{decode::VERSION, features::Family, model::Model, trainer::Example};

/// The names of examples, one on a line behind its kind, sorted.
pub fn names(examples: &[Example]) -> String {
    let mut lines: Vec<String> = examples
        .iter()
        .flat_map(|example| &example.names)
        .map(|(kind, name)| format!("{} {}\n", *kind as u8, name.replace('\n', " ")))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

/// The bytes of a model. The same model gives the same bytes.
pub fn write(model: &Model) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, VERSION);
    number(&mut out, u32::from(model.vocabulary.featurizer.family == Family::English));
    number(&mut out, u32::from(model.vocabulary.featurizer.is_of_trade()));
    number(&mut out, model.labels.len() as u32);
    number(&mut out, model.out_of_scope.map_or(0, |class| class as u32 + 1));
    number(&mut out, model.vocabulary.idf.len() as u32);
    number(&mut out, u32::from(model.signs.is_some()));
    for label in &model.labels {
        number(&mut out, label.len() as u32);
        out.extend_from_slice(label.as_bytes());
    }
    let mut rows: Vec<(u32, u64)> = model.vocabulary.index.iter().map(|(&f, &row)| (row, f)).collect();
    rows.sort_unstable();
    for (_, feature) in rows {
        out.extend_from_slice(&feature.to_le_bytes());
    }
    floats(&mut out, &model.vocabulary.idf);
    floats(&mut out, &[model.vocabulary.unseen_idf, model.confidence.temperature, model.confidence.doubt]);
    let gate = &model.gate;
    for signals in [&gate.means, &gate.deviations, &gate.weights] {
        floats(&mut out, signals);
    }
    floats(&mut out, &[gate.bias, gate.threshold]);
    let signs = model.signs.iter().flat_map(|signs| [&signs.logistic, &signs.ratio]);
    for matrix in std::iter::once(&model.merged).chain(signs) {
        floats(&mut out, &matrix.scales);
        out.extend_from_slice(&matrix.values);
    }
    out
}

fn number(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn floats(out: &mut Vec<u8>, values: &[f32]) {
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}
