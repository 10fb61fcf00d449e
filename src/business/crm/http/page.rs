//! The public page of a form: plain HTML that needs no script, so that it can stand in a frame of another site.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use uuid::Uuid;

use super::answers::{ONCE, Open, PAGE, Sent, TRAP};
use super::words::{Words, words};

/// What a page shows above its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Empty,
    Faults,
    TooFast,
}

const STYLE: &str = "
:root{color-scheme:light dark;--bg:#fff;--fg:#1c1d22;--soft:#62646f;--line:#c6c8d2;--accent:#3a5bd0;--on:#fff;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--bg:#17181c;--fg:#ececf1;--soft:#a3a5b1;--line:#4a4c57;--accent:#8aa2ff;--on:#101114;--bad:#ff9088}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:32rem;margin:0 auto;padding:1.5rem 1.25rem 2rem}h1{font-size:1.4rem;line-height:1.25;margin:0 0 .5rem;text-wrap:balance}
p{margin:0 0 1rem;white-space:pre-line}.soft{color:var(--soft)}label{display:block;font-weight:600;margin:1rem 0 .25rem}
label span{color:var(--bad)}input,textarea{width:100%;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem;padding:.55rem .7rem}
textarea{min-height:7rem;resize:vertical}input:focus-visible,textarea:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
[aria-invalid=true]{border-color:var(--bad)}.fault{color:var(--bad);margin:.25rem 0 0}
button{margin-top:1.5rem;font:inherit;font-weight:600;color:var(--on);background:var(--accent);border:0;border-radius:.5rem;padding:.6rem 1.2rem;cursor:pointer}
.trap{position:absolute;left:-200vw}";

/// The form as a page.
pub(super) fn form(open: &Open, sent: &Sent, faults: &[(String, String)], shown: Shown) -> HttpResponse {
    let words = words(&open.locale);
    let mut body = heading(open);
    match shown {
        Shown::Empty => {}
        Shown::Faults => body.push_str(&format!("<p class=\"fault\" role=\"alert\">{}</p>", words.wrong)),
        Shown::TooFast => body.push_str(&format!("<p class=\"fault\" role=\"alert\">{}</p>", words.again)),
    }
    body.push_str("<form method=\"post\" accept-charset=\"utf-8\" novalidate>");
    for (name, required) in open.fields() {
        let fault = faults.iter().find(|(field, _)| field == name).map(|(_, fault)| fault.as_str());
        body.push_str(&field(words, name, required, sent.get(name).map_or("", String::as_str), fault));
    }
    let once = sent.get(ONCE).cloned().unwrap_or_else(|| Uuid::new_v4().to_string());
    let page = sent.get(PAGE).map_or("", String::as_str);
    body.push_str(&format!(
        "<div class=\"trap\" aria-hidden=\"true\"><label>Homepage <input name=\"{TRAP}\" tabindex=\"-1\" autocomplete=\"off\"></label></div>\
         <input type=\"hidden\" name=\"{ONCE}\" value=\"{}\"><input type=\"hidden\" name=\"{PAGE}\" value=\"{}\">\
         <button>{}</button></form>",
        escaped(&once), escaped(page), words.send
    ));
    let status = match shown {
        Shown::Empty => StatusCode::OK,
        Shown::Faults => StatusCode::UNPROCESSABLE_ENTITY,
        Shown::TooFast => StatusCode::TOO_MANY_REQUESTS,
    };
    answer(status, words, Some(open), &body)
}

/// What people read when they have sent it.
pub(super) fn thanks(open: &Open) -> HttpResponse {
    let words = words(&open.locale);
    let text = open.form.thanks.as_ref().map_or(words.thanks, |thanks| thanks.0.as_str());
    let body = format!("{}<p role=\"status\">{}</p>", heading(open), escaped(text));
    answer(StatusCode::CREATED, words, Some(open), &body)
}

/// What people read when there is no such form.
pub(super) fn gone() -> HttpResponse {
    let words = words("en");
    answer(StatusCode::NOT_FOUND, words, None, &format!("<p>{}</p>", words.gone))
}

fn heading(open: &Open) -> String {
    let title = open.form.title.as_ref().unwrap_or(&open.form.name);
    let intro = open
        .form
        .intro
        .as_ref()
        .map_or(String::new(), |intro| format!("<p class=\"soft\">{}</p>", escaped(&intro.0)));
    format!("<h1>{}</h1>{intro}", escaped(title))
}

fn field(words: &Words, name: &str, required: bool, value: &str, fault: Option<&str>) -> String {
    let label = words.label(name);
    let star =
        if required { format!(" <span aria-label=\"{}\">*</span>", words.required) } else { String::new() };
    let mut marks = String::new();
    if required {
        marks.push_str(" required");
    }
    if fault.is_some() {
        marks.push_str(&format!(" aria-invalid=\"true\" aria-describedby=\"{name}-fault\""));
    }
    let value = escaped(value);
    let control = match name {
        "message" => format!("<textarea id=\"{name}\" name=\"{name}\" rows=\"5\"{marks}>{value}</textarea>"),
        _ => {
            let (kind, complete) = match name {
                "email" => ("email", "email"),
                "phone" => ("tel", "tel"),
                "company" => ("text", "organization"),
                _ => ("text", "name"),
            };
            format!(
                "<input id=\"{name}\" name=\"{name}\" type=\"{kind}\" autocomplete=\"{complete}\" value=\"{value}\"{marks}>"
            )
        }
    };
    let fault = fault.map_or(String::new(), |fault| {
        let fault = if fault == "is needed" { words.empty } else { fault };
        format!("<p class=\"fault\" id=\"{name}-fault\">{}</p>", escaped(fault))
    });
    format!("<label for=\"{name}\">{label}{star}</label>{control}{fault}")
}

fn answer(status: StatusCode, words: &Words, open: Option<&Open>, body: &str) -> HttpResponse {
    let title = open.map_or("", |open| open.form.title.as_ref().unwrap_or(&open.form.name));
    let nonce = Uuid::new_v4().simple();
    let sites = open.and_then(|open| open.form.origins.as_ref());
    let sites = sites.map_or("'none'".to_owned(), |sites| format!("'self' {}", sites.0.join(" ")));
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors {sites}"
    );
    let page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{}</title><style nonce=\"{nonce}\">{STYLE}</style></head><body><main>{body}</main></body></html>",
        words.lang,
        escaped(title)
    );
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(page)
}

/// A text that is nothing but a text in HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\0' => {}
            sign => safe.push(sign),
        }
    }
    safe
}
