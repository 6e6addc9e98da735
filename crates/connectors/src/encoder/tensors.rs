//! The file format safetensors: the length of a header as eight bytes, the header as JSON (name → type, shape, where its bytes are),
//! the bytes.

use std::collections::BTreeMap;

use serde_json::Value;

#[derive(Debug)]
pub struct Tensors {
    bytes: Vec<u8>,
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    kind: Kind,
    shape: Vec<usize>,
    /// Where its bytes are in the file.
    from: usize,
    to: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Half,
    BrainHalf,
    Single,
    Double,
    /// Whole numbers and whatever else is not read.
    Other,
    Long,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "F16" => Self::Half,
            "BF16" => Self::BrainHalf,
            "F32" => Self::Single,
            "F64" => Self::Double,
            "I64" => Self::Long,
            _ => Self::Other,
        }
    }

    const fn size(self) -> usize {
        match self {
            Self::Half | Self::BrainHalf => 2,
            Self::Single => 4,
            Self::Double | Self::Long => 8,
            Self::Other => 0,
        }
    }
}

/// A header longer than this is none.
const LONGEST_HEADER: usize = 64 << 20;

impl Tensors {
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let not_one =
            || "this is no safetensors file, or part of it is missing; copy the file again".to_owned();
        let (head, rest) = bytes.split_first_chunk::<8>().ok_or_else(not_one)?;
        let length =
            usize::try_from(u64::from_le_bytes(*head)).ok().filter(|&length| length <= LONGEST_HEADER);
        let header = length.and_then(|length| rest.get(..length)).ok_or_else(not_one)?;
        let header: Value = serde_json::from_slice(header).map_err(|_| not_one())?;
        let start = 8 + length.unwrap_or(0);
        let mut entries = BTreeMap::new();
        for (name, told) in header.as_object().ok_or_else(not_one)? {
            if name == "__metadata__" {
                continue;
            }
            let entry =
                Entry::read(told, start).filter(|entry| entry.to <= bytes.len()).ok_or_else(|| {
                    format!("what the header says of `{name}` does not fit the file; copy the file again")
                })?;
            entries.insert(name.clone(), entry);
        }
        Ok(Self { bytes, entries })
    }

    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Rows and columns of a matrix.
    pub fn matrix_shape(&self, name: &str) -> Result<[usize; 2], String> {
        let shape = &self.entry(name)?.shape;
        <[usize; 2]>::try_from(shape.as_slice())
            .map_err(|_| format!("`{name}` must have two dimensions and has {}", shape.len()))
    }

    /// The values of a tensor, whose shape must be this.
    pub fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let entry = self.entry(name)?;
        if entry.shape != shape {
            return Err(format!(
                "`{name}` has the shape {:?} where {shape:?} is expected; config.json and this file belong to different models",
                entry.shape
            ));
        }
        let bytes = &self.bytes[entry.from..entry.to];
        let values: Vec<f32> = match entry.kind {
            Kind::Single => bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            Kind::Double => {
                bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes) as f32).collect()
            }
            Kind::Half => {
                bytes.as_chunks::<2>().0.iter().map(|bytes| half(u16::from_le_bytes(*bytes))).collect()
            }
            Kind::BrainHalf => {
                let wide = |bytes: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*bytes)) << 16);
                bytes.as_chunks::<2>().0.iter().map(wide).collect()
            }
            Kind::Long | Kind::Other => {
                return Err(format!(
                    "`{name}` holds no floating-point numbers; F16, BF16, F32 and F64 are read"
                ));
            }
        };
        if values.iter().any(|value| !value.is_finite()) {
            return Err(format!("`{name}` holds values that are no numbers; copy the file again"));
        }
        Ok(values)
    }

    /// The whole numbers of a tensor of one dimension.
    pub fn numbers(&self, name: &str) -> Result<Vec<i64>, String> {
        let entry = self.entry(name)?;
        match entry.kind {
            Kind::Long => {
                let bytes = self.bytes[entry.from..entry.to].as_chunks::<8>().0;
                Ok(bytes.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect())
            }
            _ => Err(format!("`{name}` must hold whole numbers (I64)")),
        }
    }

    fn entry(&self, name: &str) -> Result<&Entry, String> {
        self.entries.get(name).ok_or_else(|| {
            let some: Vec<&str> = self.entries.keys().take(3).map(String::as_str).collect();
            format!(
                "there is no tensor `{name}` (there are {}, beginning with {}); static vectors (`embeddings`) and BERT models are read",
                self.entries.len(),
                some.join(", ")
            )
        })
    }
}

impl Entry {
    fn read(told: &Value, start: usize) -> Option<Self> {
        let kind = Kind::of(told.get("dtype")?.as_str()?);
        let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let shape: Vec<usize> = told.get("shape")?.as_array()?.iter().map(number).collect::<Option<_>>()?;
        let offsets = told.get("data_offsets")?.as_array()?;
        let [from, to] = offsets.as_slice() else { return None };
        let (from, to) = (start.checked_add(number(from)?)?, start.checked_add(number(to)?)?);
        let count = shape.iter().try_fold(1_usize, |count, side| count.checked_mul(*side))?;
        let size = to.checked_sub(from)?;
        let fits = matches!(kind, Kind::Other) || count.checked_mul(kind.size())? == size;
        fits.then_some(Self { kind, shape, from, to })
    }
}

/// A number of half precision (IEEE 754 binary16).
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f32::from(bits & 0x3ff);
    match exponent {
        0 => sign * fraction * 2_f32.powi(-24),
        31 => f32::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_read() {
        let check =
            |bits: u16, expected: f32| assert_eq!(half(bits).to_bits(), expected.to_bits(), "{bits:x}");
        check(0x3c00, 1.0);
        check(0xc000, -2.0);
        check(0x3555, 0.333_251_95);
        check(0x0001, 5.960_464_5e-8);
        check(0x0000, 0.0);
        assert!(half(0x7c00).is_nan());
    }
}
