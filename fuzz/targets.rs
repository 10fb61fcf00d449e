//! What bytes from outside reach first. Each target takes any bytes; a panic or a broken promise is
//! a fault. cargo-fuzz drives them on nightly (`script/fuzz`), `tests/it/fuzz.rs` on every run.

use bytes::BytesMut;
use kontor::business::activation::{self, ActivationError};
use kontor::business::crm::Company;
use kontor::business::engine::export::{escape, unescape};
use kontor::business::engine::field::Holds;
use kontor::business::engine::import::{Dates, Numbers, Settings, decode, map, reader};
use kontor::business::engine::{Kind, next_day, value};
use kontor::office::chat::hooks::payload;
use kontor::office::chat::import::{names::Names, slack::messages};
use kontor::office::chat::previews::{charset, head};
use kontor::office::documents::content;
use kontor::office::notify::push::encrypt;
use kontor::office::notify::push::subscription::Subscription;
use kontor::protocols::http::outbound::{Policy, addresses};
use kontor::protocols::http::page::Cursor;
use kontor::protocols::ws::inbox::{Inbox, Incoming};
use kontor::protocols::ws::{frame, handshake, sync, varint};
use yrs::{ReadTxn as _, Transact as _};

/// A target and inputs that make sense to it, from which fuzzing sets out.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "ws_frame", run: ws_frame, seeds: frame_seeds },
    Target { name: "ws_inbox", run: ws_inbox, seeds: frame_seeds },
    Target { name: "ws_handshake", run: ws_handshake, seeds: handshake_seeds },
    Target { name: "sync_message", run: sync_message, seeds: sync_seeds },
    Target { name: "document_update", run: document_update, seeds: update_seeds },
    Target { name: "state_vector", run: state_vector, seeds: update_seeds },
    Target { name: "slack_day", run: slack_day, seeds: slack_seeds },
    Target { name: "slack_payload", run: slack_payload, seeds: payload_seeds },
    Target { name: "cursor", run: cursor, seeds: cursor_seeds },
    Target { name: "push_subscription", run: push_subscription, seeds: subscription_seeds },
    Target { name: "outbound_address", run: outbound_address, seeds: address_seeds },
    Target { name: "page_head", run: page_head, seeds: page_seeds },
    Target { name: "activation", run: activation, seeds: activation_seeds },
    Target { name: "record_table", run: record_table, seeds: table_seeds },
    Target { name: "recurrence", run: recurrence, seeds: recurrence_seeds },
];

const LIMIT: usize = 4096;

/// A header is read or refused, and never promises more than the limit.
pub fn ws_frame(input: &[u8]) {
    if let Ok(Some(header)) = frame::parse_header(input, LIMIT) {
        assert!(header.payload <= LIMIT, "a frame larger than the limit is accepted");
        assert!(header.size <= input.len(), "a header reaches past its input");
    }
}

/// A rule is read or refused; what was read is read again as it is, and its next day is a later one.
pub fn recurrence(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(Some(rule)) = value::parse(&Holds::Recurrence, &text.into()) else { return };
    assert_eq!(value::parse(&Holds::Recurrence, &rule), Ok(Some(rule.clone())), "another rule than was read");
    let Ok(from) = "2026-11-21".parse() else { return };
    if let Some((day, rest)) = rule.as_str().and_then(|rule| next_day(rule, from, from)) {
        assert!(day > from, "the next day is none");
        assert!(value::parse(&Holds::Recurrence, &rest.into()).is_ok(), "a rule goes on as none");
    }
}

fn recurrence_seeds() -> Vec<Vec<u8>> {
    let rules =
        ["FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "FREQ=DAILY;UNTIL=20271231"];
    rules.iter().map(|rule| rule.as_bytes().to_vec()).collect()
}

/// Cut anywhere, a stream gives the same messages as in one piece.
pub fn ws_inbox(input: &[u8]) {
    let cut = usize::from(input.first().copied().unwrap_or(0)).min(input.len());
    let whole = feed(&[input]);
    let parts = feed(&[&input[..cut], &input[cut..]]);
    assert_eq!(whole, parts, "where reads are cut changes what was said");
}

fn feed(reads: &[&[u8]]) -> (Vec<Incoming>, bool) {
    let mut inbox = Inbox::default();
    let mut out = Vec::new();
    let failed = reads.iter().any(|read| inbox.feed(&mut read.to_vec(), LIMIT, &mut out).is_err());
    (out, failed)
}

/// Any key is answered or refused.
pub fn ws_handshake(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let offer = handshake::Offer { upgrade: Some("websocket"), version: Some("13"), key: Some(&text) };
    if let Ok(answer) = handshake::accept(offer) {
        assert!(answer.ends_with("\r\n\r\n"), "the answer has no end");
        assert_eq!(answer.lines().count(), 5, "a key adds headers to the answer");
    }
}

/// A message is read or refused, and its body lies within it.
pub fn sync_message(input: &[u8]) {
    if let Ok(sync::ClientMessage::Update(body) | sync::ClientMessage::Step2(body)) = sync::parse(input) {
        assert!(body.len() < input.len(), "a body is longer than its message");
    }
    let mut rest = input;
    if let Some(value) = varint::take(&mut rest) {
        let mut out = BytesMut::new();
        varint::put(&mut out, value);
        assert_eq!(out.len(), varint::size(value), "an integer takes another size than it says");
    }
}

/// An update is refused, or the document stays one that can be encoded and read again.
pub fn document_update(input: &[u8]) {
    let doc = content::new_doc();
    if content::apply(&doc, input).is_ok() {
        let state = doc.transact().encode_state_as_update_v1(&yrs::StateVector::default());
        content::apply(&content::new_doc(), &state).expect("what a document says of itself applies");
    }
}

/// A state vector is refused or answered.
pub fn state_vector(input: &[u8]) {
    let _ = content::missing(&content::new_doc(), input);
}

/// A day of a Slack export gives posts in the order of time that the store can keep, and nothing else.
pub fn slack_day(input: &[u8]) {
    let day = messages::read(input, "C1", &Names::default(), None);
    assert!(day.posts.is_sorted_by_key(|post| post.at), "posts are out of order");
    for post in &day.posts {
        assert!(post.text.chars().count() <= 16_000 && !post.text.contains('\0'), "a text cannot be kept");
        assert!(post.author_name.as_ref().is_some_and(|name| !name.is_empty()), "a post has no author");
        assert!(post.at.timestamp() >= 0, "a post is older than time");
    }
}

/// A webhook's payload is refused in Slack's words, or says something that a message can hold.
pub fn slack_payload(input: &[u8]) {
    let form = "application/x-www-form-urlencoded";
    let read =
        [payload::read("application/json", input), payload::read(form, input), payload::read_answer(input)];
    for said in read.into_iter().flatten() {
        assert!(!said.text.trim().is_empty(), "nothing is said");
        assert!(said.text.chars().count() <= 16_000 && !said.text.contains('\0'), "a text cannot be kept");
        let name = said.name.as_deref().unwrap_or("name");
        let plain = !name.is_empty() && name.chars().count() <= 80 && !name.contains(['<', '>', '\0']);
        assert!(plain, "a name cannot be shown");
        assert!(
            said.icon.is_none_or(|icon| !icon.is_empty() && icon.chars().count() <= 64),
            "an icon is none"
        );
    }
}

/// A cursor is read or refused.
pub fn cursor(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Some(cursor) = Cursor::<(i64, String)>::decode(&text) {
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor), "a cursor changes by being read");
    }
}

/// What a browser says is refused, or an https address and a key that pushes can be encrypted for.
pub fn push_subscription(input: &[u8]) {
    if let Ok(subscription) = Subscription::read(input, Policy::default()) {
        assert!(subscription.endpoint.starts_with("https://"), "a push would go out in the clear");
        assert_eq!(encrypt::point(&subscription.receiver.public).len(), 65, "a key of another form");
    }
}

/// An address is refused, or one of the web whose host is no inner address however it is written.
pub fn outbound_address(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(url) = addresses::parse(&text, Policy::default()) else { return };
    assert!(matches!(url.scheme(), "http" | "https"), "another scheme is asked");
    let again = addresses::parse(url.as_str(), Policy::default()).expect("what is allowed stays allowed");
    assert_eq!(url, again, "an address changes by being read");
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    if let Ok(address) = host.parse() {
        assert!(addresses::is_allowed(address, Policy::default()), "{address} is asked");
    }
}

/// Whatever a page holds, what is shown of it is short and one line.
pub fn page_head(input: &[u8]) {
    let cut = usize::from(input.first().copied().unwrap_or(0)).min(input.len());
    let label = String::from_utf8_lossy(&input[..cut]);
    for (page, content_type) in [(input, "text/html"), (&input[cut..], &*label)] {
        let said = head::read(&charset::decode(page, content_type));
        for (text, most) in [(&said.title, 200), (&said.description, 300), (&said.site, 80)] {
            assert!(text.chars().count() <= most, "a text is longer than what is shown");
            assert!(!text.chars().any(char::is_control), "a text holds a control sign");
        }
        assert!(said.image.is_none_or(|src| src.len() <= 4096), "an address is too long");
    }
}

fn page_seeds() -> Vec<Vec<u8>> {
    let whole = r#"<!doctype html><html><head><meta charset="iso-8859-1"><title>A &amp; <b>B</b></title>
        <script>"<title>no</title>"</script><meta property="og:title" content="T"><meta name=description content='d'>
        <meta property="og:image" content="/a.png"><meta name="twitter:title" content=t></head><body><title>x</title>"#;
    let equiv =
        r#"text/html; charset=x<meta http-equiv=Content-Type content="text/html; charset=shift_jis"><title>"#;
    vec![
        whole.as_bytes().to_vec(),
        equiv.as_bytes().to_vec(),
        b"\xff\xfe<\0t\0i\0t\0l\0e\0>\0".to_vec(),
        b"<title>\xe4\xff</title><!-- --!><![CDATA[ ]]><svg><title>&#x202e;&#0;".to_vec(),
    ]
}

fn subscription_seeds() -> Vec<Vec<u8>> {
    let text = r#"{"endpoint":"https://push.example/x","expirationTime":null,"keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}"#;
    vec![text.as_bytes().to_vec()]
}

fn address_seeds() -> Vec<Vec<u8>> {
    let all = [
        "https://example.com/a?b#c",
        "http://[::ffff:127.0.0.1]:80/",
        "http://0x7f.1/",
        "http://2130706433",
        "https://[2606:4700::1]/",
    ];
    all.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// An activation is a plan with an administrator and nobody twice, or its faults have paths.
pub fn activation(input: &[u8]) {
    match activation::parse(input) {
        Ok(plan) => {
            assert!(plan.admin().is_some(), "a business without an administrator");
            let emails: std::collections::HashSet<_> = plan.people.iter().map(|one| &one.email).collect();
            assert_eq!(emails.len(), plan.people.len(), "somebody is in a plan twice");
        }
        Err(ActivationError::Faults(faults)) => {
            assert!(!faults.is_empty(), "a refusal without a reason");
            assert!(faults.iter().all(|fault| fault.path.starts_with('$')), "a fault without a path");
        }
        Err(other) => panic!("reading alone fails with {other}"),
    }
}

fn frame_seeds() -> Vec<Vec<u8>> {
    let masked = |first: u8, payload: &[u8]| {
        let mut out = vec![first, 0x80 | payload.len() as u8, 1, 2, 3, 4];
        out.extend(payload.iter().zip([1, 2, 3, 4].into_iter().cycle()).map(|(byte, key)| byte ^ key));
        out
    };
    let fragments = [masked(0x02, b"first"), masked(0x89, b"ping"), masked(0x80, b"last")].concat();
    let large = [&[0x82, 0x80 | 126, 1, 0, 9, 9, 9, 9], [7; 256].as_slice()].concat();
    let terabyte = vec![0x82, 0x80 | 127, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4];
    vec![
        masked(0x82, &[0, 0, 1, 0]),
        masked(0x81, b"text"),
        masked(0x88, &[3, 232]),
        fragments,
        large,
        terabyte,
    ]
}

fn handshake_seeds() -> Vec<Vec<u8>> {
    vec![b"dGhlIHNhbXBsZSBub25jZQ==".to_vec(), b"dGhl\r\nX: y".to_vec()]
}

fn sync_seeds() -> Vec<Vec<u8>> {
    vec![
        vec![0, 0, 1, 0],
        vec![0, 1, 2, 0, 0],
        vec![0, 2, 3, 7, 8, 9],
        vec![1, 1, 0],
        vec![3],
        vec![0x80, 0x80, 1],
    ]
}

fn update_seeds() -> Vec<Vec<u8>> {
    use yrs::{Array as _, Map as _, Text as _, XmlFragment as _};
    let doc = yrs::Doc::with_client_id(7);
    let (text, map) = (doc.get_or_insert_text("text"), doc.get_or_insert_map("map"));
    let (array, xml) = (doc.get_or_insert_array("array"), doc.get_or_insert_xml_fragment("default"));
    let mut tx = doc.transact_mut();
    text.insert(&mut tx, 0, "hello ünï");
    text.remove_range(&mut tx, 1, 2);
    text.format(&mut tx, 0, 3, yrs::types::Attrs::from([("bold".into(), true.into())]));
    map.insert(&mut tx, "key", 1.5);
    array.push_back(&mut tx, "value");
    xml.push_back(&mut tx, yrs::XmlElementPrelim::empty("paragraph"));
    drop(tx);
    let tx = doc.transact();
    let state = tx.encode_state_as_update_v1(&yrs::StateVector::default());
    vec![state, vec![0, 0], vec![0, 1, 7, 1, 0, 1], vec![1, 7, 12]]
}

fn slack_seeds() -> Vec<Vec<u8>> {
    let texts = [
        r#"[{"type":"message","user":"U1","text":"*hi* <@U2|x> &lt; `a` :tada: ~b~ <https://a.example|l>",
            "ts":"1700000000.000100","thread_ts":"1700000000.000100","reactions":[{"name":"+1","users":["U1"]}]}]"#,
        r#"[{"subtype":"bot_message","username":"bot","ts":1700000001,"attachments":[{"title":"t","text":"x",
            "fields":[{"title":"f","value":7}]}],"files":[{"id":"F1","name":"n","url_private":"https://a.example"}]}]"#,
        r#"[{"ts":"1700000002.5","edited":{"ts":"1700000003.0"},"pinned_to":["C1"],"blocks":[{"type":"rich_text",
            "elements":[{"type":"rich_text_list","style":"ordered","indent":1,"elements":[{"type":"rich_text_section",
            "elements":[{"type":"text","text":"a","style":{"bold":true}},{"type":"emoji","name":"wave"}]}]}]}]}]"#,
    ];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn payload_seeds() -> Vec<Vec<u8>> {
    let json = r##"{"text":"*hi* <@U1|x> &lt; `a` :tada: <https://a.example|l>","username":"CI","icon_emoji":":rocket:",
        "thread_ts":"1700000000.000100","response_type":"in_channel","attachments":[{"color":"#36a64f","pretext":"p",
        "title":"t","title_link":"https://a.example","text":"x","fields":[{"title":"f","value":7}],"footer":"f",
        "image_url":"https://a.example/x.png","blocks":[{"type":"divider"}]}]}"##;
    let blocks = r#"{"blocks":[{"type":"header","text":{"type":"plain_text","text":"h"}},{"type":"section","text":
        {"type":"mrkdwn","text":"*b*"},"fields":[{"type":"mrkdwn","text":"f"}]},{"type":"divider"},{"type":"context",
        "elements":[{"type":"mrkdwn","text":"c"}]},{"type":"image","image_url":"https://a.example","alt_text":"i"}]}"#;
    let form = format!("payload={}", json.replace('%', "%25").replace('&', "%26").replace('+', "%2B"));
    [json, blocks, &form, "text=a&username=b&icon_emoji=%3Asmile%3A", "plain"]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

fn cursor_seeds() -> Vec<Vec<u8>> {
    vec![Cursor((5_i64, String::from("a"))).encode().into_bytes(), b"e30".to_vec()]
}

/// Rows of any table are within their limits, and give fields that the type holds, or a reason.
pub fn record_table(input: &[u8]) {
    let kind = Kind::of::<Company>();
    let _ = decode::encoding(input).expect("memory can be read");
    let names = ["name", "email", "revenue", "tags", "size", "revenue.currency", "owner", "id"];
    let targets: Vec<_> = names.iter().map(|name| map::Target::parse(&kind, name)).collect();
    assert!(targets.iter().all(Option::is_some), "a column is nothing");
    let (numbers, dates) = match input.first() {
        Some(first) if first % 2 == 0 => (Numbers::Comma, Dates::DayMonthYear),
        _ => (Numbers::Point, Dates::MonthDayYear),
    };
    let settings = Settings { numbers, dates, currency: Some("EUR".into()), ..Settings::default() };
    let mut take = |(_, cells): (i64, Vec<_>)| {
        assert!(cells.len() <= reader::COLUMNS, "a row has too many cells");
        if let Ok(reading) = map::read(&kind, &settings, &targets, 10, &cells) {
            for (name, found) in &reading.fields {
                let holds = &kind.field(name).expect("a field of the type").holds;
                assert_eq!(value::parse(holds, found).as_ref(), Ok(&Some(found.clone())), "{name}");
            }
        }
        Ok(())
    };
    // What is no table is refused with a reason.
    if let Err(reason) = reader::csv(input, decode::delimiter(input), &mut take) {
        assert!(!reason.is_empty(), "a refusal without a reason");
    }
    let text = String::from_utf8_lossy(input);
    assert_eq!(unescape(&escape(&text)), text, "an escaped text does not come back");
}

fn table_seeds() -> Vec<Vec<u8>> {
    vec![
        b"name,email,revenue,tags,size\nA,a@x.example,\"1,234.56 EUR\",a;b;;c,more\n".to_vec(),
        "name;email;revenue\r\nÄ;b@x.example;\"1.234,56 €\"\r\n\r\n;;\r\n".as_bytes().to_vec(),
        b"'=1+1\t-1\t+49\t@x\n\"never ends".to_vec(),
        b"\xef\xbb\xbfname|x\nZo\xeb|1'234.5\n".to_vec(),
    ]
}

fn activation_seeds() -> Vec<Vec<u8>> {
    let broken =
        r#"{"business":{"name":"","slug":"A B","locale":7},"admin":{"email":"@"},"users":[{},null],"x":1}"#;
    vec![
        include_bytes!("../examples/acme.json").to_vec(),
        include_bytes!("../examples/everything.json").to_vec(),
        broken.into(),
        br#"{"users":[{"email":"a@b.example","name":"A","role":"tenant_user"}]}"#.to_vec(),
        b"[[[[{\"a\":1e999}]]]]".to_vec(),
    ]
}
