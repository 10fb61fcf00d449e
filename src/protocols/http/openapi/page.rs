//! The OpenAPI document as one page without scripts.

use std::fmt::Write as _;

use serde_json::Value;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Writes the page.
pub fn render(document: &Value) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Kontor: HTTP API</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><h1>Kontor: HTTP API</h1>\
         <p>For programs: <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p>",
    );
    let Some(paths) = document["paths"].as_object() else { return page };
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                write_operation(&mut page, method, path, operation);
            }
        }
    }
    page.push_str("<h2>Schemas</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let id = escape(name);
        let text = escape(&serde_json::to_string_pretty(schema).unwrap_or_default());
        let _ = write!(page, "<details id=\"{id}\"><summary>{id}</summary><pre>{text}</pre></details>");
    }
    page.push_str("</html>");
    page
}

fn write_operation(page: &mut String, method: &str, path: &str, operation: &Value) {
    let text = |value: &Value| escape(value.as_str().unwrap_or_default());
    let _ = write!(
        page,
        "<details><summary><b>{}</b> <code>{}</code> {}</summary><p>{}</p><p>Needs: <code>{}</code></p>",
        method.to_uppercase(),
        escape(path),
        text(&operation["summary"]),
        text(&operation["description"]),
        text(&operation[super::RIGHT]),
    );
    for (title, part) in [("Parameters", "parameters"), ("Body", "requestBody"), ("Answers", "responses")] {
        if !operation[part].is_null() {
            let shape = escape(&serde_json::to_string_pretty(&operation[part]).unwrap_or_default());
            let _ = write!(page, "<h4>{title}</h4><pre>{shape}</pre>");
        }
    }
    page.push_str("</details>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
