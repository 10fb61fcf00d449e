//! The addresses of forms: read and answered by strangers, as a page or by a program of another site.

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Path, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, get, post, route};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::business::engine::EngineError;
use crate::error::ErrorKind;
use crate::ids::{RecordId, TenantId};
use crate::protocols::http::problem::{ApiError, Problem};

use super::Forms;
use super::answers::{Open, Sent, body, parse};
use super::page::{self, Shown};
use super::words::words;

#[derive(OpenApi)]
#[openapi(paths(show, take), components(schemas(FormJson, FormFieldJson, SentJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(show).service(take).service(preflight);
}

/// A form as a stranger sees it: nothing else of the business.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicForm)]
struct FormJson {
    title: String,
    /// Several lines, as they stand above the form.
    intro: String,
    fields: Vec<FormFieldJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PublicFormField)]
struct FormFieldJson {
    name: &'static str,
    label: &'static str,
    required: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PublicFormSent)]
struct SentJson {
    /// What the person may read now.
    thanks: String,
}

/// Shows a form: as a page to browsers, as JSON to programs.
#[utoipa::path(get, path = "/api/v1/forms/{tenant}/{form}", tag = "forms",
    params(("tenant" = TenantId, Path), ("form" = RecordId, Path)),
    responses((status = 200, body = FormJson), (status = 404, body = Problem), (status = 429, body = Problem)),
    extensions(("x-right" = json!("public"))))]
#[get("/forms/{tenant}/{form}")]
async fn show(
    request: HttpRequest,
    path: Path<(TenantId, RecordId)>,
    forms: Data<Forms>,
) -> Result<HttpResponse, ApiError> {
    count(&request, &forms)?;
    let (tenant, id) = path.into_inner();
    let is_page = wants_page(&request);
    let Some(open) = forms.open(tenant, id).await else {
        return if is_page { Ok(page::gone()) } else { Err(gone()) };
    };
    let answer = if is_page {
        let mut sent = Sent::new();
        let from = request.headers().get(header::REFERER).and_then(|from| from.to_str().ok());
        sent.extend(from.map(|from| (super::answers::PAGE.to_owned(), from.to_owned())));
        page::form(&open, &sent, &[], Shown::Empty)
    } else {
        HttpResponse::Ok().json(json_of(&open))
    };
    Ok(shared(&request, &open, answer))
}

/// Takes what someone has filled in, as a page (`application/x-www-form-urlencoded`) or a program (JSON) sends it:
/// an object of texts by name of field. `once`, a UUID, makes an answer that is sent twice one answer; `page` is
/// the address of the page on which the form was.
#[utoipa::path(post, path = "/api/v1/forms/{tenant}/{form}", tag = "forms",
    params(("tenant" = TenantId, Path), ("form" = RecordId, Path)),
    request_body = std::collections::HashMap<String, String>,
    responses((status = 201, body = SentJson), (status = 404, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)),
    extensions(("x-right" = json!("public"))))]
#[post("/forms/{tenant}/{form}")]
async fn take(
    request: HttpRequest,
    path: Path<(TenantId, RecordId)>,
    payload: Payload,
    forms: Data<Forms>,
) -> Result<HttpResponse, ApiError> {
    let (tenant, id) = path.into_inner();
    let body = body(payload).await;
    let Some(open) = forms.open(tenant, id).await else {
        count(&request, &forms)?;
        return if wants_page(&request) { Ok(page::gone()) } else { Err(gone()) };
    };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    let Some(body) = body else {
        let large = ApiError::new(ErrorKind::TooLarge, "an answer has at most 32 KiB");
        return Ok(shared(&request, &open, large.error_response()));
    };
    let Some(sent) = parse(is_json, &body) else {
        let wrong = ApiError::new(ErrorKind::Invalid, "an answer is an object of texts");
        return Ok(shared(&request, &open, wrong.error_response()));
    };
    let counted = count(&request, &forms).and_then(|()| forms.limits.thing(tenant, id.0));
    let answer = match counted {
        Err(limited) if is_json => limited.error_response(),
        Err(_) => page::form(&open, &sent, &[], Shown::TooFast),
        Ok(()) => taken(&forms, &open, &sent, is_json).await,
    };
    Ok(shared(&request, &open, answer))
}

async fn taken(forms: &Forms, open: &Open, sent: &Sent, is_json: bool) -> HttpResponse {
    match forms.take(open, sent).await {
        Ok(()) if is_json => {
            let thanks = open.form.thanks.as_ref().map_or(words(&open.locale).thanks, |thanks| &thanks.0);
            HttpResponse::Created().json(SentJson { thanks: thanks.to_owned() })
        }
        Ok(()) => page::thanks(open),
        Err(EngineError::Faults(faults)) if !is_json => page::form(open, sent, &faults, Shown::Faults),
        Err(error) => ApiError::from(error).error_response(),
    }
}

/// What browsers ask before a program of another site may send JSON.
#[route("/forms/{tenant}/{form}", method = "OPTIONS")]
async fn preflight(
    request: HttpRequest,
    path: Path<(TenantId, RecordId)>,
    forms: Data<Forms>,
) -> Result<HttpResponse, ApiError> {
    count(&request, &forms)?;
    let (tenant, id) = path.into_inner();
    let open = forms.open(tenant, id).await.ok_or_else(gone)?;
    let mut answer = HttpResponse::build(StatusCode::NO_CONTENT);
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"));
    answer.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
    Ok(shared(&request, &open, answer.finish()))
}

/// Lets the sites that the form names read the answer.
fn shared(request: &HttpRequest, open: &Open, mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .filter(|origin| origin.to_str().is_ok_and(|origin| open.welcomes(origin)));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    answer
}

fn count(request: &HttpRequest, forms: &Forms) -> Result<(), ApiError> {
    forms.limits.address(forms.engine.identity.claims(request.head()).address)
}

/// Whether a browser asks for a page, or sends what a page has asked.
fn wants_page(request: &HttpRequest) -> bool {
    let has = |name: header::HeaderName, part: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains(part))
    };
    match *request.method() {
        Method::GET => has(header::ACCEPT, "text/html"),
        _ => !has(header::CONTENT_TYPE, "application/json"),
    }
}

fn gone() -> ApiError {
    ApiError::new(ErrorKind::NotFound, "there is no such form")
}

fn json_of(open: &Open) -> FormJson {
    let words = words(&open.locale);
    let field = |(name, required)| FormFieldJson { name, label: words.label(name), required };
    FormJson {
        title: open.form.title.as_ref().unwrap_or(&open.form.name).clone(),
        intro: open.form.intro.as_ref().map_or(String::new(), |intro| intro.0.clone()),
        fields: open.fields().into_iter().map(field).collect(),
    }
}
