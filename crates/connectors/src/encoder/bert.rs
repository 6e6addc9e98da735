//! BERT as sentence-transformers publish it: tokens with their places through layers of attention, and the mean of what comes out, or
//! what comes out at the first token.
//!
//! Devlin, Chang, Lee and Toutanova, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding" (2019). All in
//! single precision on one thread, in a fixed order.

mod arithmetic;

use std::fmt;

use desk::ports::Encoder;

use super::{EncoderError, Settings, tensors::Tensors, tokens::Tokenizer};
use arithmetic::{Curve, Linear, Norm, add, softmax};

pub struct Bert {
    tokenizer: Tokenizer,
    size: usize,
    heads: usize,
    words: Vec<f32>,
    /// Of each place, with what stands for the first sentence counted in.
    places: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    curve: Curve,
    pooling: Pooling,
    /// Of a longer text these many tokens are read, those around it included.
    most_tokens: usize,
    digest: Vec<u8>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    attention_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pooling {
    Mean,
    First,
}

/// A buyer's message is hardly longer, and time grows with the number of tokens.
const MOST_TOKENS: usize = 128;

impl fmt::Debug for Bert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bert({} layers, {} values)", self.layers.len(), self.size)
    }
}

impl Bert {
    pub fn new(
        tensors: &Tensors,
        settings: &Settings,
        pooling: Option<&Settings>,
        tokenizer: Tokenizer,
        digest: Vec<u8>,
    ) -> Result<Self, EncoderError> {
        let kind = settings.text("model_type").unwrap_or_default();
        if kind != "bert" {
            return Err(settings.wrong(format!(
                "models of the type `{kind}` are not read; take static vectors (model2vec) or a BERT model"
            )));
        }
        if settings.text("position_embedding_type").is_some_and(|kind| kind != "absolute") {
            return Err(settings.wrong("only `position_embedding_type: absolute` is read".to_owned()));
        }
        let act = settings.text("hidden_act").unwrap_or("gelu");
        let curve = Curve::named(act).ok_or_else(|| {
            settings.wrong(format!("the activation `{act}` is not known; gelu, gelu_new and relu are"))
        })?;
        let (size, heads) = (settings.count("hidden_size")?, settings.count("num_attention_heads")?);
        if size % heads != 0 {
            return Err(settings.wrong("`hidden_size` is not a multiple of `num_attention_heads`".to_owned()));
        }
        let epsilon =
            settings.value.get("layer_norm_eps").and_then(serde_json::Value::as_f64).unwrap_or(1e-12);
        let layers = settings.count("num_hidden_layers")?;
        let inner = settings.count("intermediate_size")?;
        let most = settings.count("max_position_embeddings")?;
        let tokens = settings.count("vocab_size")?;
        let reader = Reader {
            tensors,
            prefix: if tensors.has("bert.embeddings.word_embeddings.weight") { "bert." } else { "" },
            epsilon: epsilon as f32,
        };
        let unusable =
            |what| EncoderError::Unusable { path: settings.path.with_file_name("model.safetensors"), what };
        if tokenizer.count() > tokens {
            return Err(settings.wrong(format!(
                "tokenizer.json has {} tokens and `vocab_size` is {tokens}; the two files belong to different models",
                tokenizer.count()
            )));
        }
        let read = || -> Result<Self, String> {
            let words = reader.values("embeddings.word_embeddings.weight", &[tokens, size])?;
            let mut places = reader.values("embeddings.position_embeddings.weight", &[most, size])?;
            let [kinds, _] = tensors.matrix_shape(&reader.name("embeddings.token_type_embeddings.weight"))?;
            let kinds = reader.values("embeddings.token_type_embeddings.weight", &[kinds, size])?;
            for place in places.chunks_exact_mut(size) {
                add(place, kinds.get(..size).unwrap_or_default());
            }
            Ok(Self {
                size,
                heads,
                words,
                places,
                norm: reader.norm("embeddings.LayerNorm", size)?,
                layers: (0..layers).map(|at| reader.layer(at, size, inner)).collect::<Result<_, _>>()?,
                curve,
                pooling: if pooling.is_some_and(|told| told.flag("pooling_mode_cls_token")) {
                    Pooling::First
                } else {
                    Pooling::Mean
                },
                most_tokens: most.min(MOST_TOKENS),
                tokenizer,
                digest,
            })
        };
        read().map_err(unusable)
    }

    /// What comes out of the last layer, `size` values a token.
    fn read(&self, tokens: &[usize]) -> Vec<f32> {
        let mut state = Vec::with_capacity(tokens.len() * self.size);
        for (&token, place) in tokens.iter().zip(self.places.chunks_exact(self.size)) {
            let word = self.words.get(token * self.size..).and_then(|rest| rest.get(..self.size));
            state.extend_from_slice(place);
            let at = state.len() - self.size;
            add(&mut state[at..], word.unwrap_or_default());
        }
        self.norm.apply(&mut state);
        for layer in &self.layers {
            let mut seen = layer.output.of(&self.attended(layer, &state));
            add(&mut seen, &state);
            layer.attention_norm.apply(&mut seen);
            let mut wide = layer.widen.of(&seen);
            self.curve.apply(&mut wide);
            state = layer.narrow.of(&wide);
            add(&mut state, &seen);
            layer.norm.apply(&mut state);
        }
        state
    }

    /// Each token's view of all tokens: in each head the values, weighed by how well its query fits their keys.
    fn attended(&self, layer: &Layer, state: &[f32]) -> Vec<f32> {
        let (query, key, value) = (layer.query.of(state), layer.key.of(state), layer.value.of(state));
        let width = self.size / self.heads;
        let scale = 1.0 / (width as f32).sqrt();
        let mut seen = vec![0.0; state.len()];
        let mut fits = Vec::new();
        for head in 0..self.heads {
            let part = head * width..(head + 1) * width;
            for (query, seen) in query.chunks_exact(self.size).zip(seen.chunks_exact_mut(self.size)) {
                fits.clear();
                fits.extend(
                    key.chunks_exact(self.size)
                        .map(|key| arithmetic::dot(&query[part.clone()], &key[part.clone()]) * scale),
                );
                softmax(&mut fits);
                for (fit, value) in fits.iter().zip(value.chunks_exact(self.size)) {
                    for (seen, value) in seen[part.clone()].iter_mut().zip(&value[part.clone()]) {
                        *seen += fit * value;
                    }
                }
            }
        }
        seen
    }
}

impl Encoder for Bert {
    fn dimension(&self) -> usize {
        self.size
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let around = self.tokenizer.before.len() + self.tokenizer.after.len();
        let mut tokens = self.tokenizer.before.clone();
        tokens.extend(self.tokenizer.all(text, self.most_tokens.saturating_sub(around)));
        tokens.extend(&self.tokenizer.after);
        let out = self.read(&tokens);
        let mut pooled = vec![0.0; self.size];
        let counted = if self.pooling == Pooling::First { 1 } else { usize::MAX };
        for token in out.chunks_exact(self.size).take(counted) {
            add(&mut pooled, token);
        }
        pooled
    }

    fn digest(&self) -> &[u8] {
        &self.digest
    }
}

/// Reads the parts of a model by name.
struct Reader<'a> {
    tensors: &'a Tensors,
    prefix: &'static str,
    epsilon: f32,
}

impl Reader<'_> {
    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        self.tensors.values(&self.name(name), shape)
    }

    fn norm(&self, name: &str, size: usize) -> Result<Norm, String> {
        let scale = self.values(&format!("{name}.weight"), &[size])?;
        Ok(Norm { scale, shift: self.values(&format!("{name}.bias"), &[size])?, epsilon: self.epsilon })
    }

    fn linear(&self, name: &str, from: usize, to: usize) -> Result<Linear, String> {
        let weights = self.values(&format!("{name}.weight"), &[to, from])?;
        Ok(Linear { from, weights, shift: self.values(&format!("{name}.bias"), &[to])? })
    }

    fn layer(&self, at: usize, size: usize, inner: usize) -> Result<Layer, String> {
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        Ok(Layer {
            query: self.linear(&name("attention.self.query"), size, size)?,
            key: self.linear(&name("attention.self.key"), size, size)?,
            value: self.linear(&name("attention.self.value"), size, size)?,
            output: self.linear(&name("attention.output.dense"), size, size)?,
            attention_norm: self.norm(&name("attention.output.LayerNorm"), size)?,
            widen: self.linear(&name("intermediate.dense"), size, inner)?,
            narrow: self.linear(&name("output.dense"), inner, size)?,
            norm: self.norm(&name("output.LayerNorm"), size)?,
        })
    }
}
