//! A model as bytes; `decode` reads them.

use super::{
    decode::VERSION,
    features::Family,
    model::{Calibrated, Model},
};

/// The bytes of a model. The same model gives the same bytes.
pub fn write(model: &Model) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, VERSION);
    number(&mut out, u32::from(model.vocabulary.featurizer.family == Family::English));
    number(&mut out, u32::from(model.vocabulary.featurizer.is_of_trade()));
    number(&mut out, model.labels.len() as u32);
    number(&mut out, model.out_of_scope.map_or(0, |class| class as u32 + 1));
    number(&mut out, model.vocabulary.idf.len() as u32);
    number(&mut out, model.vocabulary.featurizer.dimension() as u32);
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
    let Calibrated { confidence, gate, candour, conformal } = &model.calibrated;
    floats(&mut out, &[model.vocabulary.unseen_idf, confidence.temperature, confidence.doubt]);
    for signals in [&gate.means, &gate.deviations, &gate.weights] {
        floats(&mut out, signals);
    }
    floats(&mut out, &[gate.bias, gate.threshold]);
    floats(&mut out, &[candour.slope, candour.shift, candour.foreign, *conformal]);
    floats(&mut out, &model.several.weights);
    floats(&mut out, &model.several.by_class);
    floats(&mut out, &[model.several.bar, model.several.ahead]);
    number(&mut out, u32::from(model.joints.is_some()));
    if let Some(joints) = &model.joints {
        floats(&mut out, &[joints.bar]);
        for side in [&joints.ends, &joints.begins] {
            let mut pairs: Vec<_> = side.iter().collect();
            pairs.sort_unstable_by_key(|(pair, _)| **pair);
            number(&mut out, pairs.len() as u32);
            for ((first, second), odds) in pairs {
                number(&mut out, u32::from(*first));
                number(&mut out, u32::from(*second));
                floats(&mut out, &[*odds]);
            }
        }
    }
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
