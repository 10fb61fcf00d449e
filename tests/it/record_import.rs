//! Tables of records come in and go out: mapped, rehearsed, taken back as one.

use std::io::Cursor;

use calamine::{DataType as _, Reader as _};
use serde_json::{Value, json};

use crate::harness::{Client, TestServer};
use crate::on_both;
use crate::records::world::{Business, fields_of, made, value};
use kontor::actors::Clock;
use kontor::app::App;
use kontor::config::{Settings, Sync};
use kontor::scope::Role;
use kontor::store::testing::Engine;

/// A file that was taken in.
async fn brought(client: &Client, kind: &str, file: impl Into<Vec<u8>>) -> Value {
    let path = format!("/records/{kind}/imports?name=file.csv");
    value(client.upload(&path, "text/csv", file.into()).await, 201).await
}

fn path(import: &Value) -> String {
    format!("/records/{}/imports/{}", import["kind"].as_str().unwrap(), import["id"].as_str().unwrap())
}

/// The import when nobody works on it any more.
async fn settled(client: &Client, import: &Value) -> Value {
    loop {
        let now = value(client.get(&path(import)).await, 200).await;
        if !matches!(now["state"].as_str().unwrap(), "checking" | "running" | "undoing") {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

async fn ran(client: &Client, import: &Value, dry: bool) -> Value {
    value(client.post(&format!("{}/run?dry={dry}", path(import)), json!({})).await, 202).await;
    settled(client, import).await
}

async fn undone(client: &Client, import: &Value) -> Value {
    value(client.delete(&path(import)).await, 202).await;
    settled(client, import).await
}

/// Changes what was suggested.
async fn set(client: &Client, import: &Value, change: Value) -> Value {
    let mut settings = import["settings"].clone();
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    value(client.put(&path(import), settings).await, 200).await
}

fn counts(import: &Value) -> [i64; 5] {
    ["read", "made", "changed", "skipped", "failed"].map(|name| import["progress"][name].as_i64().unwrap())
}

async fn list(client: &Client, kind: &str) -> Value {
    value(client.get(&format!("/records/{kind}?limit=500&sort=name&count=true")).await, 200).await
}

async fn text(client: &Client, path: &str) -> String {
    let answer = client.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

on_both!(a_file_is_mapped_rehearsed_brought_in_and_taken_back_as_one, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let file = "Name;E-Mail;Umsatz;tags;Size\r\nGrünwald;info@gruen.example;\"1.234,56 €\";a;b;\r\n\
                Ärger AG;info@aerger.example;;\"a;b\";Up to 50\r\nNo mail;none;5,5 EUR;;\r\n";
    let import = brought(&ana, "crm.company", file).await;
    assert_eq!((&import["encoding"], &import["delimiter"]), (&json!("UTF-8"), &json!(";")));
    assert_eq!(import["settings"]["mapping"], json!(["name", "email", null, "tags", "size"]));
    assert_eq!((&import["rows"], &import["sample"][1][0]), (&json!(4), &json!("Ärger AG")));
    let settings = json!({ "mapping": ["name", "email", "revenue", "tags", "size"], "numbers": "comma" });
    let import = set(&ana, &import, settings).await;
    let checked = ran(&ana, &import, true).await;
    assert_eq!((&checked["state"], counts(&checked)), (&json!("checked"), [3, 1, 0, 0, 2]));
    assert_eq!(list(&ana, "crm.company").await["count"], 0);
    let done = ran(&ana, &import, false).await;
    assert_eq!((&done["state"], counts(&done)), (&json!("done"), [3, 1, 0, 0, 2]));
    let found = list(&ana, "crm.company").await;
    let fields =
        json!({ "name": "Ärger AG", "email": "info@aerger.example", "tags": ["a", "b"], "size": "up_to_50" });
    assert_eq!(found["items"][0]["fields"], fields);
    assert_eq!(found["items"][0]["owner"], json!(ana.user_id()));
    // The rows that were left out, as they were, with the reason.
    let errors = text(&ana, &format!("{}/errors", path(&import))).await;
    let lines: Vec<_> = errors.lines().collect();
    assert_eq!(lines[0], "Name,E-Mail,Umsatz,tags,Size,error");
    assert!(lines[1].starts_with("Grünwald,") && lines[1].contains("Size is one of"), "{errors}");
    assert!(lines[2].starts_with("No mail,none,") && lines[2].contains("Email is an address"), "{errors}");
    // It is carried out once, and undone with one call.
    assert_eq!(ana.post(&format!("{}/run", path(&import)), json!({})).await.status(), 409);
    let back = undone(&ana, &import).await;
    assert_eq!((&back["state"], &back["progress"]["undone"]), (&json!("undone"), &json!(1)));
    assert_eq!(list(&ana, "crm.company").await["count"], 0);
    // Undone, it can be brought in again.
    assert_eq!(counts(&ran(&ana, &import, false).await), [3, 1, 0, 0, 2]);
    assert_eq!(list(&ana, "crm.company").await["count"], 1);
});

on_both!(records_that_are_there_are_skipped_changed_or_made_again, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let there = json!({ "name": "Old", "email": "a@x.example", "industry": "Tools" });
    made(&ana, "crm.company", there).await;
    let file = "name,email,phone\nNew,A@x.example,+49 30\nTwin,b@x.example,1\nTwin two,B@x.example,2\n";
    for (rule, expected, names) in [
        ("skip", [3, 1, 0, 2, 0], vec!["Old", "Twin"]),
        ("update", [3, 1, 2, 0, 0], vec!["New", "Twin two"]),
        ("create", [3, 3, 0, 0, 0], vec!["New", "Old", "Twin", "Twin two"]),
    ] {
        let import = brought(&ana, "crm.company", file).await;
        let import = set(&ana, &import, json!({ "same_by": ["email"], "duplicates": rule })).await;
        assert_eq!(counts(&ran(&ana, &import, true).await), expected, "{rule}, rehearsed");
        assert_eq!(counts(&ran(&ana, &import, false).await), expected, "{rule}");
        let now = list(&ana, "crm.company").await;
        assert_eq!(fields_of(&now, "name"), names, "{rule}");
        // What a row leaves empty stays.
        assert!(fields_of(&now, "industry").contains(&"Tools".to_owned()));
        undone(&ana, &import).await;
        assert_eq!(fields_of(&list(&ana, "crm.company").await, "name"), ["Old"], "{rule}");
    }
});

on_both!(links_are_found_by_title_address_or_id_or_made, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let one = made(&ana, "crm.company", json!({ "name": "Grünwald", "email": "g@x.example" })).await;
    for _ in 0..2 {
        made(&ana, "crm.company", json!({ "name": "Same" })).await;
    }
    let id = one["id"].as_str().unwrap();
    let file = format!(
        "name,company,owner\nA,GRUNWALD,{ana}\nB,g@x.example,\nC,{id},\nD,Same,\nE,Fresh,\nF,fresh,\nG,,x@x.example\n",
        ana = acme.email("ana")
    );
    let import = brought(&ana, "crm.person", file.clone()).await;
    assert_eq!(counts(&ran(&ana, &import, false).await), [7, 3, 0, 0, 4]);
    let errors = text(&ana, &format!("{}/errors", path(&import))).await;
    for why in ["several are called \"\"Same\"\"", "there is no \"\"Fresh\"\"", "Owner is nobody here"] {
        assert!(errors.contains(why), "{why}: {errors}");
    }
    undone(&ana, &import).await;
    let import = brought(&ana, "crm.person", file).await;
    let import = set(&ana, &import, json!({ "create_links": ["company"] })).await;
    let checked = ran(&ana, &import, true).await;
    assert_eq!((counts(&checked), &checked["progress"]["linked"]), ([7, 5, 0, 0, 2], &json!(1)));
    let done = ran(&ana, &import, false).await;
    assert_eq!((counts(&done), &done["progress"]["linked"]), ([7, 5, 0, 0, 2], &json!(1)));
    let people = list(&ana, "crm.person").await;
    let companies = fields_of(&people, "company");
    assert_eq!(
        (&companies[..3], &companies[3]),
        (&[id.to_owned(), id.to_owned(), id.to_owned()][..], &companies[4])
    );
    assert_eq!(list(&ana, "crm.company").await["count"], 4);
    undone(&ana, &import).await;
    assert_eq!(list(&ana, "crm.company").await["count"], 3);
});

on_both!(amounts_numbers_and_days_are_read_as_they_are_written, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let business = Business::begin(&ana).await;
    let file = "name;value;close_on\nA;1.234,56;21.11.2026\nB;€ 5;1.2.2027\nC;JPY 1.250;2026-12-01\nD;1,5 JPY;\nE;1,23,4;\nF;7 KWD;32.1.2026\n";
    let import = brought(&ana, "crm.deal", file).await;
    assert_eq!(
        (&import["settings"]["numbers"], &import["settings"]["dates"]),
        (&json!("comma"), &json!("day_month_year"))
    );
    let defaults = json!({ "pipeline": business.pipeline, "stage": business.stages[0] });
    let import = set(&ana, &import, json!({ "defaults": defaults, "currency": "EUR" })).await;
    assert_eq!(counts(&ran(&ana, &import, false).await), [6, 3, 0, 0, 3]);
    let deals = list(&ana, "crm.deal").await;
    let values: Vec<_> =
        deals["items"].as_array().unwrap().iter().map(|deal| deal["fields"]["value"].clone()).collect();
    let amount = |minor: i64, currency: &str| json!({ "minor": minor, "currency": currency });
    assert_eq!(values, [amount(123_456, "EUR"), amount(500, "EUR"), amount(1_250, "JPY")]);
    assert_eq!(fields_of(&deals, "close_on"), ["2026-11-21", "2027-02-01", "2026-12-01"]);
    let exported = text(&ana, "/records/crm.deal/export?columns=name,value,close_on&sort=name").await;
    assert_eq!(
        exported,
        "name,value.amount,value.currency,close_on\r\nA,1234.56,EUR,2026-11-21\r\nB,5.00,EUR,2027-02-01\r\nC,1250,JPY,2026-12-01\r\n"
    );
});

on_both!(encodings_are_told_and_read, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let text = "name;industry\nGrünwald;Möbel\n";
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(text);
    for (bytes, name) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
        (utf16, "UTF-16LE"),
        (latin.into_owned(), "windows-1252"),
    ] {
        let import = brought(&ana, "crm.company", bytes).await;
        assert_eq!((&import["encoding"], &import["header"][0]), (&json!(name), &json!("name")));
        assert_eq!(counts(&ran(&ana, &import, false).await), [1, 1, 0, 0, 0]);
        assert_eq!(fields_of(&list(&ana, "crm.company").await, "industry"), ["Möbel"], "{name}");
        undone(&ana, &import).await;
    }
});

on_both!(what_is_no_table_or_too_large_is_refused_with_a_reason, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let wide = vec!["x"; 501].join(",");
    let huge = format!("name\n\"{}\n", "x".repeat(5 << 20));
    let cell = format!("name\n{}\n", "x".repeat((1 << 20) + 1));
    for (file, why) in [
        (Vec::new(), "the file has no rows"),
        (b"\n\n,,\n".to_vec(), "the file has no rows"),
        (wide.into_bytes(), "more than 500 columns"),
        (huge.into_bytes(), "a row has at most"),
        (cell.into_bytes(), "a cell of more than"),
        (b"PK\x03\x04 and no archive".to_vec(), "the spreadsheet cannot be read"),
    ] {
        let answer = ana.upload("/records/crm.company/imports", "text/csv", file).await;
        let problem = value(answer, 422).await;
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
    }
    assert_eq!(value(ana.get("/records/crm.company/imports").await, 200).await["items"], json!([]));
    // Rows of another length than the first, and bytes that are no text.
    let ragged = b"name,industry\nA\nB,x,y\n\"C\"\"D\",\xff\xfe\n\"never ends,z\n".to_vec();
    let import = brought(&ana, "crm.company", ragged).await;
    assert_eq!(counts(&ran(&ana, &import, false).await), [4, 3, 0, 0, 1]);
    let errors = text(&ana, &format!("{}/errors", path(&import))).await;
    assert!(errors.contains("The row has 3 cells"), "{errors}");
});

on_both!(no_exported_cell_is_a_formula_and_nothing_is_lost_on_the_way, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let rich = json!({
        "name": "=HYPERLINK(\"http://x\")", "phone": "+49 30 1", "industry": "'=quoted", "tags": ["a;b", "c"],
        "website": "https://x.example/?a=1,2", "notes": "- one\n- \"two\"\n", "size": "more",
        "revenue": { "minor": -125_050, "currency": "EUR" },
    });
    made(&ana, "crm.company", rich).await;
    made(&ana, "crm.company", json!({ "name": "@SUM(A1)", "industry": "-1" })).await;
    let company =
        made(&ana, "crm.company", json!({ "name": "Plain", "revenue": { "minor": 5, "currency": "JPY" } }))
            .await;
    let before = list(&ana, "crm.company").await;
    let exported = text(&ana, "/records/crm.company/export").await;
    for line in ["'=HYPERLINK", "'+49 30 1", "''=quoted", "'@SUM", "-1250.50,EUR", "'-1"] {
        assert!(exported.contains(line), "{line}: {exported}");
    }
    assert!(text(&ana, "/records/crm.company/export?bom=true").await.starts_with('\u{feff}'));
    let only = text(&ana, "/records/crm.company/export?columns=id,name,owner&q=plain").await;
    let expected =
        format!("id,name,owner\r\n{},Plain,{}\r\n", company["id"].as_str().unwrap(), acme.email("ana"));
    assert_eq!(only, expected);
    assert_eq!(ana.get("/records/crm.company/export?columns=colour").await.status(), 422);
    let sheet = ana.get("/records/crm.company/export?format=xlsx").await.bytes().await.unwrap().to_vec();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(sheet.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    assert!(range.rows().any(|row| row.iter().any(|cell| cell.get_float() == Some(-1250.5))));
    assert_eq!(book.worksheet_formula(&book.sheet_names()[0].clone()).unwrap().used_cells().count(), 0);
    // Another business gets the same records out of either file.
    let globex = server.tenant("globex").await;
    let ben = globex.user("ben").await;
    for file in [exported.into_bytes(), sheet] {
        let import = brought(&ben, "crm.company", file).await;
        let mut mapping = import["settings"]["mapping"].clone();
        assert_eq!(mapping[3], "name");
        for column in mapping.as_array_mut().unwrap() {
            if matches!(column.as_str(), Some("owner" | "id")) {
                *column = Value::Null;
            }
        }
        let import = set(&ben, &import, json!({ "mapping": mapping })).await;
        let done = ran(&ben, &import, false).await;
        let errors = text(&ben, &format!("{}/errors", path(&import))).await;
        assert_eq!(counts(&done), [3, 3, 0, 0, 0], "{errors}");
        let after = list(&ben, "crm.company").await;
        let fields = |list: &Value| -> Vec<Value> {
            list["items"].as_array().unwrap().iter().map(|record| record["fields"].clone()).collect()
        };
        assert_eq!(fields(&after), fields(&before));
        undone(&ben, &import).await;
    }
});

on_both!(only_who_may_make_records_imports_them_and_sees_only_own_imports, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana, ben) = (acme.admin().await, acme.user("ana").await, acme.user("ben").await);
    let file = "name,phone\nSecret,1\n";
    let import = brought(&ana, "crm.company", file).await;
    assert_eq!(ben.get(&path(&import)).await.status(), 404);
    assert_eq!(ben.delete(&path(&import)).await.status(), 404);
    assert_eq!(value(ben.get("/records/crm.company/imports").await, 200).await["items"], json!([]));
    value(admin.get(&path(&import)).await, 200).await;
    let all = value(admin.get("/records/crm.company/imports").await, 200).await;
    assert_eq!(all["items"][0]["id"], import["id"]);
    assert_eq!(counts(&ran(&ana, &import, false).await), [1, 1, 0, 0, 0]);
    let policy = json!({ "read": "all", "hidden": ["phone"] });
    assert_eq!(admin.put("/record-policies/crm.company/role:tenant_user", policy).await.status(), 204);
    let refused = ana.upload("/records/crm.company/imports", "text/csv", file.into()).await;
    assert_eq!(refused.status(), 403);
    // What is hidden is in no table.
    let exported = text(&ana, "/records/crm.company/export").await;
    assert!(exported.contains("Secret") && !exported.contains("phone"), "{exported}");
    assert_eq!(ana.get("/records/crm.company/export?columns=phone").await.status(), 422);
    let guest = acme.someone("gast", Role::TenantGuest).await;
    assert_eq!(guest.get("/records/crm.company/export").await.status(), 404);
    // Who may not delete cannot take back.
    let kept = undone(&ana, &import).await;
    assert_eq!(kept["state"], "done", "{kept}");
    assert_eq!(list(&admin, "crm.company").await["count"], 1);
    assert_eq!(undone(&admin, &import).await["state"], "undone");
});

on_both!(many_rows_come_in_with_progress_and_go_as_one, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let rows: String = (0..4_000).map(|row| format!("Company {row:05},{row}@x.example\n")).collect();
    let import = brought(&ana, "crm.company", format!("name,email\n{rows}")).await;
    assert_eq!(import["rows"], 4_001);
    value(ana.post(&format!("{}/run", path(&import)), json!({})).await, 202).await;
    assert_eq!(ana.post(&format!("{}/run", path(&import)), json!({})).await.status(), 409);
    let mut seen = std::collections::BTreeSet::new();
    let done = loop {
        let now = value(ana.get(&path(&import)).await, 200).await;
        seen.insert(now["progress"]["read"].as_i64().unwrap());
        if now["state"] != "running" {
            break now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(counts(&done), [4_000, 4_000, 0, 0, 0]);
    assert!(seen.len() > 2, "no progress was told: {seen:?}");
    assert_eq!(list(&ana, "crm.company").await["count"], 4_000);
    let exported = text(&ana, "/records/crm.company/export?columns=name,email&sort=name").await;
    assert_eq!(exported.lines().skip(1).collect::<Vec<_>>().join("\n"), rows.trim_end());
    assert_eq!(undone(&ana, &import).await["progress"]["undone"], 4_000);
    assert_eq!(list(&ana, "crm.company").await["count"], 0);
});

/// A server that ends while rows come in, and another one that goes on where it stood.
async fn goes_on(engine: Engine) {
    const ROWS: i64 = 6_000;
    let server = TestServer::start_on(engine).await;
    let listen = server.app().address;
    let ana = server.tenant("acme").await.user("ana").await;
    let rows: String = (0..ROWS).map(|row| format!("Company {row:05},{row}@x.example\n")).collect();
    let import = brought(&ana, "crm.company", format!("name,email\n{rows}wrong,x\n")).await;
    value(ana.post(&format!("{}/run", path(&import)), json!({})).await, 202).await;
    while value(ana.get(&path(&import)).await, 200).await["progress"]["read"].as_i64().unwrap() < 400 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let place = server.leave().await;
    let mut settings = Settings { data: place.folder().to_owned(), ..Settings::default() };
    settings.http.listen = listen;
    settings.http.workers = Some(1);
    settings.database.url = place.database_url();
    settings.database.sqlite_sync = Sync::Normal;
    let app = App::start(&settings, Clock::system()).await.unwrap();
    let now = value(ana.get(&path(&import)).await, 200).await;
    assert!(matches!(now["state"].as_str().unwrap(), "interrupted" | "failed"), "{now}");
    assert!(counts(&now)[0] < ROWS, "nothing is left to be done: {now}");
    let done = ran(&ana, &import, false).await;
    assert_eq!((&done["state"], counts(&done)), (&json!("done"), [ROWS + 1, ROWS, 0, 0, 1]));
    assert_eq!(list(&ana, "crm.company").await["count"], ROWS);
    assert_eq!(undone(&ana, &import).await["progress"]["undone"], ROWS);
    assert_eq!(list(&ana, "crm.company").await["count"], 0);
    app.stop().await;
}

#[test]
fn an_import_goes_on_after_a_restart_on_sqlite() {
    actix_rt::System::new().block_on(goes_on(Engine::Sqlite));
}

#[test]
fn an_import_goes_on_after_a_restart_on_postgres() {
    actix_rt::System::new().block_on(goes_on(Engine::Postgres));
}
