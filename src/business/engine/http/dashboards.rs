//! Dashboards of charts over records.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::business::engine::dashboards::{Chart, Charts, Form, SHELF};
use crate::business::engine::error::EngineError;
use crate::business::engine::saved::{Audience, Edit, Found, New, Share};
use crate::business::engine::service::Engine;
use crate::ids::{GroupId, Timestamp, UserId};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Scope;
use crate::store::TenantTx;

use super::views::TeamJson;

#[derive(OpenApi)]
#[openapi(
    paths(dashboards, save_dashboard, change_dashboard, remove_dashboard),
    components(schemas(DashboardJson, DashboardsJson, NewDashboard, DashboardChange, Charts, Chart, Form))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(dashboards).service(save_dashboard).service(change_dashboard).service(remove_dashboard);
}

/// A saved dashboard.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordDashboard)]
struct DashboardJson {
    id: Uuid,
    name: String,
    audience: Audience,
    /// The group that sees it.
    #[schema(required = true)]
    team: Option<GroupId>,
    /// Its charts, without those of types and fields that the caller does not see.
    charts: Vec<Chart>,
    /// How many charts are left out.
    lost: usize,
    /// Who does not see all of it changes nothing: it would be lost for the others.
    may_change: bool,
    /// To be given back with a change.
    version: i64,
    #[schema(required = true)]
    changed_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordDashboards)]
struct DashboardsJson {
    items: Vec<DashboardJson>,
    /// The groups that the caller is in: with these they can share.
    teams: Vec<TeamJson>,
}

/// A dashboard to be saved.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewRecordDashboard)]
#[serde(deny_unknown_fields)]
struct NewDashboard {
    /// 1 to 80 characters.
    name: String,
    audience: Audience,
    /// The group, to share with one.
    #[serde(default)]
    team: Option<GroupId>,
    #[serde(default)]
    charts: Vec<Chart>,
}

/// What to change about a dashboard; only what is named.
#[derive(Deserialize, ToSchema)]
#[schema(as = RecordDashboardChange)]
#[serde(deny_unknown_fields)]
struct DashboardChange {
    /// The version that the person has seen; a later one is not overwritten.
    version: i64,
    name: Option<String>,
    audience: Option<Audience>,
    team: Option<GroupId>,
    charts: Option<Vec<Chart>>,
    /// Its place among those that are shared alike, from 0.
    place: Option<usize>,
}

/// Lists the dashboards that the caller sees: their own, those of their teams, those of everyone.
#[utoipa::path(get, path = "/api/v1/record-dashboards", tag = "records",
    responses((status = 200, body = DashboardsJson)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/record-dashboards")]
async fn dashboards(scope: Scoped, engine: Data<Engine>) -> Result<HttpResponse, ApiError> {
    let mut tx = engine.store.read(&scope).await?;
    let mut items = Vec::new();
    for found in engine.saved(&mut tx, &scope, SHELF).await? {
        match shown(&engine, &mut tx, &scope, found).await {
            Ok(dashboard) => items.push(dashboard),
            // One that cannot be read keeps nobody from the others.
            Err(EngineError::Damaged(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let teams = engine.teams(&mut tx, &scope).await?;
    let teams = teams.into_iter().map(|(id, name)| TeamJson { id, name }).collect();
    Ok(HttpResponse::Ok().json(DashboardsJson { items, teams }))
}

/// Saves a dashboard.
#[utoipa::path(post, path = "/api/v1/record-dashboards", tag = "records", request_body = NewDashboard,
    responses((status = 201, body = DashboardJson), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/record-dashboards")]
async fn save_dashboard(
    scope: Scoped,
    body: Json<NewDashboard>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let NewDashboard { name, audience, team, charts } = body.into_inner();
    let charts = Charts { charts };
    let mut tx = engine.store.begin(&scope).await?;
    engine.check_charts(&mut tx, &scope, &charts).await?;
    let new = New { name, share: Share { audience, team }, definition: serde_json::json!(charts) };
    let found = engine.save(tx, &scope, SHELF, new).await?;
    let mut tx = engine.store.read(&scope).await?;
    Ok(HttpResponse::Created().json(shown(&engine, &mut tx, &scope, found).await?))
}

/// Changes a dashboard, renames it, or shares it otherwise.
#[utoipa::path(patch, path = "/api/v1/record-dashboards/{dashboard}", tag = "records",
    params(("dashboard" = Uuid, Path)), request_body = DashboardChange,
    responses((status = 200, body = DashboardJson), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("dashboard:manage"))))]
#[patch("/record-dashboards/{dashboard}")]
async fn change_dashboard(
    scope: Scoped,
    id: Path<Uuid>,
    body: Json<DashboardChange>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let DashboardChange { version, name, audience, team, charts, place } = body.into_inner();
    let charts = charts.map(|charts| Charts { charts });
    let mut tx = engine.store.begin(&scope).await?;
    if let Some(charts) = &charts {
        engine.check_charts(&mut tx, &scope, charts).await?;
        keeps_what_is_hidden(&engine, &mut tx, &scope, *id).await?;
    }
    let share = audience.map(|audience| Share { audience, team });
    let definition = charts.map(|charts| serde_json::json!(charts));
    let edit = Edit { version, name, share, definition, opens: None, place };
    let found = engine.edit_saved(tx, &scope, (SHELF, *id), edit).await?;
    let mut tx = engine.store.read(&scope).await?;
    Ok(HttpResponse::Ok().json(shown(&engine, &mut tx, &scope, found).await?))
}

/// Takes a dashboard away.
#[utoipa::path(delete, path = "/api/v1/record-dashboards/{dashboard}", tag = "records",
    params(("dashboard" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("dashboard:manage"))))]
#[delete("/record-dashboards/{dashboard}")]
async fn remove_dashboard(
    scope: Scoped,
    id: Path<Uuid>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let tx = engine.store.begin(&scope).await?;
    engine.remove_saved(tx, &scope, (SHELF, *id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses new charts of those who do not see all that there are: these would be lost for the others.
async fn keeps_what_is_hidden(
    engine: &Engine,
    tx: &mut TenantTx,
    scope: &Scope,
    id: Uuid,
) -> Result<(), EngineError> {
    let found = engine.saved(tx, scope, SHELF).await?.into_iter().find(|found| found.row.id == id);
    let Some(found) = found.filter(|found| found.may_change) else { return Ok(()) };
    if shown(engine, tx, scope, found).await?.lost > 0 {
        return Err(EngineError::Forbidden("change charts that you do not all see".into()));
    }
    Ok(())
}

/// A dashboard as the caller may see it.
async fn shown(
    engine: &Engine,
    tx: &mut TenantTx,
    scope: &Scope,
    Found { row, may_change }: Found,
) -> Result<DashboardJson, EngineError> {
    let audience = row.audience();
    let charts: Charts =
        serde_json::from_value(row.definition).map_err(|_| EngineError::Damaged("dashboard"))?;
    let (Charts { charts }, lost) = engine.fitting_charts(tx, scope, charts).await?;
    Ok(DashboardJson {
        id: row.id,
        name: row.name,
        audience,
        team: row.team,
        charts,
        lost,
        may_change: may_change && lost == 0,
        version: row.version,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    })
}
