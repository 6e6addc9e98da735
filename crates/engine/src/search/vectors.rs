//! Sparse vectors of features, weighted by how rare a feature is.

use std::collections::HashMap;

use super::features::{self, Features};

/// Inverse document frequencies, and the number of each known feature.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    numbers: HashMap<String, (u32, f32)>,
    /// What a feature weighs that no document has: it makes a message less like any of them.
    unknown: f32,
}

/// Features by number, rising, of unit length; what is unknown counts towards the length only.
#[derive(Debug, Clone, Default)]
pub struct Vector(Vec<(u32, f32)>);

/// Vectors by the features that they have, so that a query meets only those that share something with it.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    by_feature: Vec<Vec<(u32, f32)>>,
    count: usize,
}

impl Postings {
    /// Takes a vector in and gives its place.
    pub fn add(&mut self, vector: &Vector) -> usize {
        let place = self.count;
        self.count += 1;
        for &(feature, weight) in &vector.0 {
            let feature = feature as usize;
            if self.by_feature.len() <= feature {
                self.by_feature.resize_with(feature + 1, Vec::new);
            }
            self.by_feature[feature].push((place as u32, weight));
        }
        place
    }

    /// The cosine of `query` with every vector, by its place. All have unit length.
    pub fn cosines(&self, query: &Vector) -> Vec<f32> {
        let mut sums = vec![0.0; self.count];
        for &(feature, weight) in &query.0 {
            for &(place, other) in self.by_feature.get(feature as usize).into_iter().flatten() {
                sums[place as usize] += weight * other;
            }
        }
        sums
    }
}

impl Weights {
    /// One item per document: the features of all its texts.
    pub fn of(documents: &[Vec<Features>]) -> Self {
        Self::among(documents, 0)
    }

    /// The same as if there were `others` more documents with none of these features: in a few texts on one matter the words of the
    /// matter are frequent, and no less telling for it.
    pub fn among(documents: &[Vec<Features>], others: u16) -> Self {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for texts in documents {
            let mut seen: Vec<&str> = texts.iter().flatten().map(|(feature, _)| feature.as_str()).collect();
            seen.sort_unstable();
            seen.dedup();
            for feature in seen {
                *counts.entry(feature).or_default() += 1;
            }
        }
        let total = documents.len() as f32 + f32::from(others) + 1.0;
        let idf = |count: f32| (total / (count + 0.5)).ln().max(0.05);
        let mut known: Vec<(&str, u32)> = counts.into_iter().collect();
        known.sort_unstable();
        let numbers = known
            .into_iter()
            .enumerate()
            .map(|(number, (feature, count))| (feature.to_owned(), (number as u32, idf(count as f32))))
            .collect();
        Self { numbers, unknown: idf(0.0) }
    }

    pub fn vector(&self, text: &str) -> Vector {
        self.vector_of(&features::of(text))
    }

    /// Those features that few documents have: what a text is about, without the words around it.
    pub fn telling(&self, features: Features, least: f32) -> Features {
        let is_rare = |feature: &String| self.numbers.get(feature).is_some_and(|&(_, idf)| idf >= least);
        features.into_iter().filter(|(feature, weight)| *weight >= 1.0 && is_rare(feature)).collect()
    }

    pub fn vector_of(&self, features: &Features) -> Vector {
        let mut weighted: Vec<(u32, f32)> = Vec::new();
        let mut unknown = 0.0;
        for (feature, weight) in features {
            match self.numbers.get(feature) {
                Some(&(number, idf)) => weighted.push((number, weight * idf)),
                None => unknown += (weight * self.unknown).powi(2),
            }
        }
        Vector::merged(weighted).scaled(unknown)
    }
}

impl Vector {
    /// The cosine with another one; both have unit length.
    pub fn cosine(&self, other: &Self) -> f32 {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut sum = 0.0;
        while let (Some(&&(one, weight)), Some(&&(two, share))) = (left.peek(), right.peek()) {
            if one == two {
                sum += weight * share;
            }
            if one <= two {
                left.next();
            }
            if two <= one {
                right.next();
            }
        }
        sum
    }

    /// The weighted sum, of unit length again.
    pub fn sum(parts: impl Iterator<Item = (Self, f32)>) -> Self {
        let weighted = parts
            .flat_map(|(vector, share)| {
                vector.0.into_iter().map(move |(number, weight)| (number, weight * share))
            })
            .collect();
        Self::merged(weighted).scaled(0.0)
    }

    fn merged(mut weighted: Vec<(u32, f32)>) -> Self {
        // By number and weight, so that sums do not depend on the order of arrival.
        weighted.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
        let mut merged: Vec<(u32, f32)> = Vec::with_capacity(weighted.len());
        for (number, weight) in weighted {
            match merged.last_mut() {
                Some(last) if last.0 == number => last.1 += weight,
                _ => merged.push((number, weight)),
            }
        }
        Self(merged)
    }

    fn scaled(mut self, unknown: f32) -> Self {
        let length = (self.0.iter().map(|(_, weight)| weight * weight).sum::<f32>() + unknown).sqrt();
        if length > 0.0 {
            for (_, weight) in &mut self.0 {
                *weight /= length;
            }
        }
        self
    }
}
