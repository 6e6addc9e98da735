//! A model from bytes. `encode` writes them. The matrices of an embedded model stay where they are.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use super::{
    concepts::NameKind,
    encoder::Encoder,
    features::{Family, Featurizer},
    joints::Joints,
    model::{Calibrated, Candour, Confidence, Gate, Model, Quantised, SIGNALS, Signs},
    several::Several,
    solver::padded,
    vocabulary::Vocabulary,
};

/// Rises when the form changes.
pub const VERSION: u32 = 6;

/// Reads what `encode::write` wrote; `None` where the bytes are not of this form. `names` are those that the model was trained with and more.
pub fn read<'a>(bytes: &'static [u8], names: impl Iterator<Item = (NameKind, &'a str)>) -> Option<Model> {
    read_with(bytes, Cow::Borrowed, names, None)
}

/// The same for bytes that will be gone, of a model that learnt with this encoder.
pub fn read_owned<'a>(
    bytes: &[u8],
    names: impl Iterator<Item = (NameKind, &'a str)>,
    encoder: Option<Arc<dyn Encoder>>,
) -> Option<Model> {
    read_with(bytes, |bytes| Cow::Owned(bytes.to_vec()), names, encoder)
}

fn read_with<'a, 'b>(
    bytes: &'b [u8],
    keep: fn(&'b [u8]) -> Cow<'static, [u8]>,
    names: impl Iterator<Item = (NameKind, &'a str)>,
    encoder: Option<Arc<dyn Encoder>>,
) -> Option<Model> {
    let mut reader = Reader { rest: bytes };
    if reader.number()? != VERSION as usize {
        return None;
    }
    let family = if reader.number()? == 1 { Family::English } else { Family::Chinese };
    let featurizer =
        if reader.number()? == 1 { Featurizer::of_trade(family, names) } else { Featurizer::general(family) };
    let featurizer = featurizer.with_encoder(encoder);
    let classes = reader.number()?;
    let out_of_scope = reader.number()?.checked_sub(1);
    let features = reader.number()?;
    if reader.number()? != featurizer.dimension() {
        return None;
    }
    let rows = features.checked_add(featurizer.dimension())?;
    let has_signs = reader.number()? == 1;
    if classes > reader.rest.len() || out_of_scope.is_some_and(|class| class >= classes) {
        return None;
    }
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
    let [unseen_idf, temperature, doubt] = reader.array()?;
    let gate = Gate {
        means: reader.array::<SIGNALS>()?,
        deviations: reader.array::<SIGNALS>()?,
        weights: reader.array::<SIGNALS>()?,
        ..Gate::default()
    };
    let [bias, threshold] = reader.array()?;
    let [slope, shift, foreign, conformal] = reader.array()?;
    let (weights, by_class) = (reader.array()?, reader.floats(classes)?);
    let [bar, ahead] = reader.array()?;
    let several = Several { weights, by_class, bar, ahead };
    let joints = if reader.number()? == 1 {
        let [bar] = reader.array()?;
        Some(Joints { bar, ends: reader.pairs()?, begins: reader.pairs()? })
    } else {
        None
    };
    let mut matrix = || {
        let width = padded(classes);
        let scales = reader.floats(rows)?;
        let values = keep(reader.take(rows.checked_mul(width)?)?);
        Some(Quantised { width, values, scales })
    };
    let merged = matrix()?;
    let signs = if has_signs { Some(Signs { logistic: matrix()?, ratio: matrix()? }) } else { None };
    Some(Model {
        labels,
        out_of_scope,
        vocabulary: Vocabulary { featurizer, index, idf, unseen_idf },
        merged,
        signs,
        calibrated: Calibrated {
            confidence: Confidence { temperature, doubt },
            gate: Gate { bias, threshold, ..gate },
            candour: Candour { slope, shift, foreign },
            conformal,
        },
        joints,
        several,
    })
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
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

    /// Pairs of characters with their log odds.
    fn pairs(&mut self) -> Option<HashMap<(char, char), f32>> {
        let count = self.number()?;
        let bytes = self.take(count.checked_mul(12)?)?;
        let number = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?));
        bytes
            .chunks_exact(12)
            .map(|entry| {
                let pair = (char::from_u32(number(&entry[..4])?)?, char::from_u32(number(&entry[4..8])?)?);
                Some((pair, f32::from_bits(number(&entry[8..])?)))
            })
            .collect()
    }

    fn array<const N: usize>(&mut self) -> Option<[f32; N]> {
        self.floats(N)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classifier::{
        corpus, encode, name_lists,
        trainer::{self, Examples},
    };

    fn examples() -> Vec<trainer::Example> {
        let lines = [
            ("how much is the [gearbox](product)", "price"),
            ("price of [bolts](product)", "price"),
            ("what is the rate", "price"),
            ("when will you ship", "time"),
            ("how long is delivery", "time"),
            ("days to ship the [gearbox](product)", "time"),
            ("will it rain", "out_of_scope"),
            ("tell me a joke", "out_of_scope"),
            ("who won the match", "out_of_scope"),
        ];
        lines.iter().map(|(line, label)| corpus::example(line, label)).collect()
    }

    #[test]
    fn a_model_survives_being_embedded() {
        let model = trainer::train(&Examples::new(Family::English, true, "out_of_scope", None, examples()));
        let bytes: &'static [u8] = encode::write(&model).leak();
        let names = name_lists::names(&examples());
        let back = read(bytes, corpus::read_names(&names)).expect("reads");
        for text in ["how much", "when do you ship bolts", "tell me", "", "unheard-of"] {
            assert_eq!(back.classify(&back.read(text)), model.classify(&model.read(text)), "{text}");
        }
        assert_eq!(encode::write(&back), bytes);
        let owned = read_owned(bytes, corpus::read_names(&names), None).expect("reads");
        assert_eq!(encode::write(&owned), bytes);
    }

    #[test]
    fn other_bytes_are_refused() {
        let model = trainer::train(&Examples::new(Family::English, false, "out_of_scope", None, examples()));
        let bytes: &'static [u8] = encode::write(&model).leak();
        for length in [0, 3, 4, 20, bytes.len() / 2, bytes.len() - 1] {
            assert!(read(&bytes[..length], std::iter::empty()).is_none(), "{length} bytes");
        }
        assert!(read(b"\xff\xff\xff\xff\x01\x00\x00\x00", std::iter::empty()).is_none());
    }
}
