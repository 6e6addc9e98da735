//! A model as bytes and back. Reading borrows the matrices from the bytes.

use std::borrow::Cow;

use super::{
    concepts::NameKind,
    features::{Family, Featurizer},
    model::{Gate, Model, Quantised, SIGNALS},
    solver::padded,
    vocabulary::Vocabulary,
};

/// Rises when the form changes.
const VERSION: u32 = 1;

/// The bytes of a model. The same model gives the same bytes.
pub fn write(model: &Model) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, VERSION);
    number(&mut out, u32::from(model.vocabulary.featurizer.family == Family::English));
    number(&mut out, u32::from(model.vocabulary.featurizer.is_of_trade()));
    number(&mut out, model.labels.len() as u32);
    number(&mut out, model.out_of_scope.map_or(0, |class| class as u32 + 1));
    number(&mut out, model.vocabulary.idf.len() as u32);
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
    floats(&mut out, &[model.vocabulary.unseen_idf, model.temperature]);
    let gate = &model.gate;
    for signals in [&gate.means, &gate.deviations, &gate.weights] {
        floats(&mut out, signals);
    }
    floats(&mut out, &[gate.bias, gate.threshold]);
    for matrix in [&model.merged, &model.logistic, &model.ratio] {
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

/// Reads what [`write`] wrote; `None` where the bytes are not of this form. `names` are those that the model was trained with and more.
pub fn read<'a>(bytes: &'static [u8], names: impl Iterator<Item = (NameKind, &'a str)>) -> Option<Model> {
    let mut reader = Reader { rest: bytes };
    if reader.number()? != VERSION as usize {
        return None;
    }
    let family = if reader.number()? == 1 { Family::English } else { Family::Chinese };
    let featurizer =
        if reader.number()? == 1 { Featurizer::of_trade(family, names) } else { Featurizer::general(family) };
    let classes = reader.number()?;
    let out_of_scope = reader.number()?.checked_sub(1);
    let features = reader.number()?;
    let mut labels = Vec::with_capacity(classes);
    for _ in 0..classes {
        let length = reader.number()?;
        labels.push(String::from_utf8(reader.take(length)?.to_vec()).ok()?);
    }
    let hashes = reader.take(features.checked_mul(8)?)?;
    let index = hashes
        .chunks_exact(8)
        .enumerate()
        .map(|(row, bytes)| (bytes.try_into().map(u64::from_le_bytes).unwrap_or_default(), row as u32))
        .collect();
    let idf = reader.floats(features)?;
    let [unseen_idf, temperature] = reader.array()?;
    let gate = Gate {
        means: reader.array::<SIGNALS>()?,
        deviations: reader.array::<SIGNALS>()?,
        weights: reader.array::<SIGNALS>()?,
        ..Gate::default()
    };
    let [bias, threshold] = reader.array()?;
    let mut matrix = || {
        let width = padded(classes);
        let scales = reader.floats(features)?;
        let values = Cow::Borrowed(reader.take(features.checked_mul(width)?)?);
        Some(Quantised { width, values, scales })
    };
    let (merged, logistic, ratio) = (matrix()?, matrix()?, matrix()?);
    Some(Model {
        labels,
        out_of_scope,
        vocabulary: Vocabulary { featurizer, index, idf, unseen_idf },
        merged,
        logistic,
        ratio,
        temperature,
        gate: Gate { bias, threshold, ..gate },
    })
}

struct Reader {
    rest: &'static [u8],
}

impl Reader {
    fn take(&mut self, length: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize)
    }

    fn floats(&mut self, count: usize) -> Option<Vec<f32>> {
        let bytes = self.take(count.checked_mul(4)?)?;
        Some(bytes.chunks_exact(4).filter_map(|b| b.try_into().ok().map(f32::from_le_bytes)).collect())
    }

    fn array<const N: usize>(&mut self) -> Option<[f32; N]> {
        self.floats(N)?.try_into().ok()
    }
}
