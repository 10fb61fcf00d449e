//! A small business to try records on.

use serde_json::{Value, json};

use crate::harness::Client;

/// A pipeline with two stages.
pub struct Business<'a> {
    client: &'a Client,
    pub pipeline: Value,
    pub stages: Vec<Value>,
}

impl<'a> Business<'a> {
    pub async fn begin(client: &'a Client) -> Self {
        let pipeline = made(client, "crm.pipeline", json!({ "name": "Sales" })).await["id"].clone();
        let mut stages = Vec::new();
        for (position, name) in ["New", "Offer"].into_iter().enumerate() {
            let fields =
                json!({ "name": name, "pipeline": pipeline, "position": position, "probability": 50 });
            stages.push(made(client, "crm.stage", fields).await["id"].clone());
        }
        Self { client, pipeline, stages }
    }

    /// A deal of so many cents.
    pub async fn deal(&self, name: &str, minor: i64) -> Value {
        self.deal_with(name, json!({ "value": { "minor": minor, "currency": "EUR" } })).await
    }

    pub async fn deal_with(&self, name: &str, more: Value) -> Value {
        let mut fields = json!({ "name": name, "pipeline": self.pipeline, "stage": self.stages[0] });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        made(self.client, "crm.deal", fields).await
    }
}

/// The body of an answer with this status.
pub async fn value(answer: reqwest::Response, status: u16) -> Value {
    let (url, found) = (answer.url().clone(), answer.status().as_u16());
    let body = answer.text().await.unwrap();
    assert_eq!(found, status, "{url}: {body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}

/// A new record.
pub async fn made(client: &Client, kind: &str, fields: Value) -> Value {
    let answer = client.post(&format!("/records/{kind}"), json!({ "fields": fields })).await;
    value(answer, 201).await["record"].clone()
}

pub fn ids(list: &Value) -> Vec<Value> {
    list["items"].as_array().unwrap().iter().map(|record| record["id"].clone()).collect()
}

/// One field of every record of a list, as text.
pub fn fields_of(list: &Value, field: &str) -> Vec<String> {
    let text = |record: &Value| record["fields"][field].as_str().unwrap_or_default().to_owned();
    list["items"].as_array().unwrap().iter().map(text).collect()
}
