//! Blobs in a bucket, on a small server that speaks what is used of S3's protocol.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::http::KeepAlive;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

use crate::error::ErrorKind;
use crate::store::testing::{Engine, TestPlace};
use crate::store::{BlobConfig, BlobHash, Store, StoreConfig};

use super::*;

type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

async fn answer(request: HttpRequest, body: Bytes, objects: web::Data<Objects>) -> HttpResponse {
    let mut objects = objects.lock().unwrap();
    let key = request.path().trim_start_matches("/bucket").trim_start_matches('/').to_owned();
    let found = || {
        HttpResponse::Ok()
            .insert_header(("ETag", "\"1\""))
            .insert_header(("Last-Modified", "Sat, 21 Nov 2026 08:00:00 GMT"))
            .take()
    };
    match (request.method().as_str(), objects.get(&key)) {
        ("GET", _) if key.is_empty() => list(request.query_string(), &objects),
        ("GET", Some(object)) => found().body(object.clone()),
        ("HEAD", Some(object)) => found().no_chunking(object.len() as u64).body(object.clone()),
        ("PUT", _) => {
            objects.insert(key, body);
            found().finish()
        }
        // Several at once, named in the body.
        ("POST", _) => {
            let body = String::from_utf8_lossy(&body).into_owned();
            let mut deleted = String::new();
            for part in body.split("<Key>").skip(1) {
                let key = part.split('<').next().unwrap();
                objects.remove(key);
                deleted += &format!("<Deleted><Key>{key}</Key></Deleted>");
            }
            HttpResponse::Ok().body(format!("<DeleteResult>{deleted}</DeleteResult>"))
        }
        _ => HttpResponse::NotFound().finish(),
    }
}

fn list(query: &str, objects: &BTreeMap<String, Bytes>) -> HttpResponse {
    let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix=")).unwrap_or_default();
    let prefix = prefix.replace("%2F", "/");
    let entry = |(key, object): (&String, &Bytes)| {
        let size = object.len();
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-21T08:00:00.000Z</LastModified><ETag>1</ETag><Size>{size}</Size></Contents>"
        )
    };
    let entries: String = objects.iter().filter(|(key, _)| key.starts_with(&prefix)).map(entry).collect();
    HttpResponse::Ok()
        .body(format!("<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"))
}

fn serve(address: &str, objects: &Objects) -> (SocketAddr, ServerHandle) {
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap();
    let objects = web::Data::new(objects.clone());
    let app = move || App::new().app_data(objects.clone()).default_service(web::to(answer));
    let server = HttpServer::new(app)
        .workers(1)
        .keep_alive(KeepAlive::Disabled)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
    let handle = server.handle();
    tokio::spawn(server);
    (address, handle)
}

#[tokio::test]
async fn a_bucket_keeps_blobs_and_may_be_away_for_a_while() {
    let objects = Objects::default();
    let (address, server) = serve("127.0.0.1:0", &objects);
    let place = TestPlace::new(Engine::Sqlite).await;
    let bucket = BlobConfig::S3 {
        bucket: "bucket".into(),
        endpoint: Some(format!("http://{address}")),
        region: None,
        access_key: "key".into(),
        secret_key: "secret".into(),
        allow_http: true,
    };
    let store = Store::open(&StoreConfig { blobs: bucket, ..place.config() }).await.unwrap();
    let scope = crate::scope::Scope::system(crate::ids::TenantId(Uuid::new_v4()));
    let hash = store.blobs().put(&scope, "hello".into()).await.unwrap();
    assert_eq!(store.blobs().get(&scope, &hash).await.unwrap(), "hello");
    assert_eq!(store.blobs().list(&scope).await.unwrap(), [hash]);
    let unknown = store.blobs().get(&scope, &BlobHash::of(b"other")).await;
    assert!(matches!(unknown, Err(StoreError::NoBlob)), "{unknown:?}");

    server.stop(false).await;
    let away = store.blobs().get(&scope, &hash).await.unwrap_err();
    assert_eq!(away.kind(), ErrorKind::Busy, "{away:?}");
    assert_eq!(store.blobs().put(&scope, "more".into()).await.unwrap_err().kind(), ErrorKind::Busy);

    let (_, server) = serve(&address.to_string(), &objects);
    assert_eq!(store.blobs().get(&scope, &hash).await.unwrap(), "hello");
    store.blobs().delete(&scope, &hash).await.unwrap();
    assert!(store.blobs().list(&scope).await.unwrap().is_empty());
    server.stop(false).await;
}
