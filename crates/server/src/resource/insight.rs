//! Figures over what happened.

use std::collections::BTreeMap;

use desk::insights::{self as counted, Bucket};
use serde::Serialize;
use utoipa::ToSchema;

/// Every figure over a range.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Insights {
    /// The first day, in the shop's time zone.
    from: String,
    /// The last day.
    to: String,
    timezone: String,
    /// Of costs.
    currency: String,
    /// `day` or `week`.
    granularity: &'static str,
    metrics: Vec<InsightMetric>,
    /// The share of moments that led to an order, less that of the moments at which the lot held the offer back; null while no
    /// offers are held back to compare.
    recommendation_uplift: Option<f64>,
    recommendation_comparison: Comparison,
}

/// What the uplift is the difference of: moments at which something could be offered unasked, by the lot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecommendationComparison)]
pub(crate) struct Comparison {
    /// Rules or policy decided.
    decided: Side,
    held_out: Side,
    /// Of the uplift; null where there is none.
    standard_error: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecommendationSide)]
pub(crate) struct Side {
    moments: u64,
    /// After which something that was, or would have been, offered was ordered within thirty days.
    ordered: u64,
}

/// One figure; what it means stands in docs/insights.md.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InsightMetric {
    name: &'static str,
    /// `service`, `sales` or `cost`.
    area: &'static str,
    /// Of `sum`, `mean`, `median` and `ninetieth`: `milliseconds`, `share`, `number` or `millionths` of the currency.
    unit: &'static str,
    #[serde(flatten)]
    whole: InsightFigures,
    /// The same by day or week, without those that have no case.
    series: Vec<InsightPart>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InsightPart {
    /// The day with which it begins.
    start: String,
    #[serde(flatten)]
    figures: InsightFigures,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InsightFigures {
    /// Cases.
    count: u64,
    /// Cases that count as success, or as what the figure is named after.
    hits: u64,
    /// Hits of the cases, to four digits; null without cases.
    share: Option<f64>,
    sum: i64,
    mean: Option<i64>,
    /// Half of the cases do not exceed it.
    median: Option<i64>,
    /// Nine of ten cases do not exceed it.
    ninetieth: Option<i64>,
    /// Cases by label.
    labels: BTreeMap<String, u64>,
}

/// A case that a figure counts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InsightCase)]
pub(crate) struct Case {
    metric: &'static str,
    at: String,
    conversation_id: Option<String>,
    contact_id: Option<String>,
    value: i64,
    hit: bool,
    label: String,
}

impl Insights {
    pub(crate) fn of(insights: counted::Insights, bucket: Bucket) -> Self {
        let counted::Insights { first, last, timezone, currency, report, uplift } = insights;
        let side = |arm: counted::Arm| Side { moments: arm.moments, ordered: arm.ordered };
        let starts = report.starts;
        let metric = |one: counted::MetricReport| {
            let parts = starts.iter().zip(one.parts).filter(|(_, part)| part.count > 0);
            InsightMetric {
                name: one.metric.name(),
                area: one.metric.area().name(),
                unit: one.metric.unit().name(),
                whole: one.whole.into(),
                series: parts
                    .map(|(start, part)| InsightPart { start: start.clone(), figures: part.into() })
                    .collect(),
            }
        };
        Self {
            from: first,
            to: last,
            timezone,
            currency,
            granularity: bucket.name(),
            metrics: report.metrics.into_iter().map(metric).collect(),
            recommendation_uplift: uplift.difference(),
            recommendation_comparison: Comparison {
                decided: side(uplift.decided),
                held_out: side(uplift.held_out),
                standard_error: uplift.standard_error(),
            },
        }
    }
}

impl From<counted::Figures> for InsightFigures {
    fn from(figures: counted::Figures) -> Self {
        Self {
            share: figures.share().map(|share| share as f64 / 10_000.0),
            mean: figures.mean(),
            count: figures.count,
            hits: figures.hits,
            sum: figures.sum,
            median: figures.median,
            ninetieth: figures.ninetieth,
            labels: figures.labels,
        }
    }
}

impl From<counted::Sample> for Case {
    fn from(sample: counted::Sample) -> Self {
        Self {
            metric: sample.metric.name(),
            at: sample.at.to_string(),
            conversation_id: sample.conversation.map(|id| id.to_string()),
            contact_id: sample.contact.map(|id| id.to_string()),
            value: sample.value,
            hit: sample.hit,
            label: sample.label.into_owned(),
        }
    }
}
