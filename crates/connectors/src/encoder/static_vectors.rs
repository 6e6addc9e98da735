//! One vector for each token; a text is their mean. As model2vec writes them: the tensor `embeddings`, and where they are kept apart
//! the tokens' `weights` and the rows that they stand in (`mapping`).

use std::fmt;

use desk::ports::Encoder;

use super::{tensors::Tensors, tokens::Tokenizer};

pub struct StaticVectors {
    tokenizer: Tokenizer,
    dimension: usize,
    /// One row for each token, its weight counted in.
    rows: Vec<f32>,
    digest: Vec<u8>,
}

impl fmt::Debug for StaticVectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaticVectors({} values)", self.dimension)
    }
}

/// Of a longer text these many tokens count.
const MOST_TOKENS: usize = 512;

impl StaticVectors {
    /// The name of the tensor that holds the vectors, if the file is of this kind.
    pub fn tensor_of(tensors: &Tensors) -> Option<&'static str> {
        ["embeddings", "embedding.weight"].into_iter().find(|name| tensors.has(name))
    }

    pub fn new(tensors: &Tensors, name: &str, tokenizer: Tokenizer, digest: Vec<u8>) -> Result<Self, String> {
        let [count, dimension] = tensors.matrix_shape(name)?;
        if dimension == 0 {
            return Err(format!("the vectors of `{name}` are empty"));
        }
        let vectors = tensors.values(name, &[count, dimension])?;
        let tokens = tokenizer.count();
        let places: Vec<usize> = if tensors.has("mapping") {
            let places = tensors.numbers("mapping")?;
            places.into_iter().map(|place| usize::try_from(place).unwrap_or(usize::MAX)).collect()
        } else {
            (0..tokens).collect()
        };
        let weights =
            if tensors.has("weights") { tensors.values("weights", &[places.len()])? } else { Vec::new() };
        if places.len() < tokens || places.iter().any(|&place| place >= count) {
            return Err(format!(
                "tokenizer.json has {tokens} tokens, and not all have one of the {count} vectors; the two files belong to different models"
            ));
        }
        let mut rows = Vec::with_capacity(tokens * dimension);
        for (token, &place) in places.iter().enumerate().take(tokens) {
            let weight = weights.get(token).copied().unwrap_or(1.0);
            rows.extend(vectors[place * dimension..][..dimension].iter().map(|value| value * weight));
        }
        Ok(Self { tokenizer, dimension, rows, digest })
    }
}

impl Encoder for StaticVectors {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let mut sum = vec![0.0; self.dimension];
        for token in self.tokenizer.known(text, MOST_TOKENS) {
            let row = &self.rows[token * self.dimension..][..self.dimension];
            for (sum, value) in sum.iter_mut().zip(row) {
                *sum += value;
            }
        }
        sum
    }

    fn digest(&self) -> &[u8] {
        &self.digest
    }
}
