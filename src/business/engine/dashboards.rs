//! Dashboards: charts over the totals of lists, saved and shared like views. Each reader sees totals of the records
//! that they may see.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::scope::Scope;
use crate::store::TenantTx;

use super::error::EngineError;
use super::field::Holds;
use super::filter::{FilterJson, Meaning};
use super::kind::Kind;
use super::list::{Ask, summed};
use super::rights::Access;
use super::service::Engine;
use super::views::is_group;

/// Where they are kept among what is saved; no type has a name without a point.
pub const SHELF: &str = "dashboards";
/// Charts of one dashboard.
const CHARTS: usize = 24;
/// Characters of a title.
const TITLE: usize = 80;
/// Columns that a chart may take.
const WIDTH: u8 = 3;

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordChartForm)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One total.
    Number,
    Bar,
    /// By months.
    Line,
    Donut,
}

/// A chart over the records of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordChart)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// 1 to 80 characters.
    pub title: String,
    pub form: Form,
    /// The type.
    pub kind: String,
    #[serde(default)]
    pub filter: Option<FilterJson>,
    /// The field whose values make the groups; a day makes months. None for a number.
    #[serde(default)]
    pub by: Option<String>,
    /// A field of numbers or amounts to add up; records are counted without one.
    #[serde(default)]
    pub sum: Option<String>,
    /// Columns that it takes, 1 to 3.
    #[serde(default = "narrow")]
    pub width: u8,
}

fn narrow() -> u8 {
    1
}

/// What a dashboard shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordCharts)]
#[serde(deny_unknown_fields)]
pub struct Charts {
    pub charts: Vec<Chart>,
}

impl Chart {
    fn check(&self, kind: &Kind, access: &Access, meaning: Meaning<'_>) -> Result<(), EngineError> {
        let title = self.title.trim().chars().count();
        if !(1..=TITLE).contains(&title) || !(1..=WIDTH).contains(&self.width) {
            return Err(EngineError::invalid(
                "a chart has a title of 1 to 80 characters and takes 1 to 3 columns",
            ));
        }
        Ask { filter: self.filter.clone(), ..Ask::default() }.listing(kind, access, meaning)?;
        if let Some(sum) = &self.sum {
            summed(kind, access, sum)?;
        }
        let is_day = |name: &String| {
            !access.is_hidden(name)
                && kind.field(name).is_some_and(|field| field.holds == Holds::Date && field.slot.is_some())
        };
        match (self.form, &self.by) {
            (Form::Number, None) => Ok(()),
            (Form::Number, Some(_)) => Err(EngineError::invalid("a number has no groups")),
            (_, None) => Err(EngineError::invalid("a chart has a field that makes its groups")),
            (Form::Line, Some(by)) if !is_day(by) => Err(EngineError::invalid("a line goes along days")),
            (_, Some(by)) if is_day(by) || is_group(kind, access, by) => Ok(()),
            (_, Some(by)) => Err(EngineError::Invalid(format!("{by} is no field that makes groups"))),
        }
    }
}

impl Engine {
    /// Refuses charts that the caller could not look at.
    pub async fn check_charts(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        charts: &Charts,
    ) -> Result<(), EngineError> {
        if charts.charts.len() > CHARTS {
            return Err(EngineError::TooMany { what: "charts", limit: CHARTS });
        }
        for chart in &charts.charts {
            let (kind, access) = self
                .kind(tx, scope, &chart.kind)
                .await
                .map_err(|_| EngineError::Invalid(format!("there is no type {}", chart.kind)))?;
            chart.check(&kind, &access, Meaning { scope, now: self.clock.now() })?;
        }
        Ok(())
    }

    /// The charts that the caller may look at, and how many others there are.
    pub async fn fitting_charts(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        charts: Charts,
    ) -> Result<(Charts, usize), EngineError> {
        let (all, mut seen) = (charts.charts.len(), Vec::new());
        for chart in charts.charts {
            let Ok((kind, access)) = self.kind(tx, scope, &chart.kind).await else { continue };
            if chart.check(&kind, &access, Meaning { scope, now: self.clock.now() }).is_ok() {
                seen.push(chart);
            }
        }
        let lost = all - seen.len();
        Ok((Charts { charts: seen }, lost))
    }
}
