//! What a stranger could make endless comes to an end, with a word why.

use serde_json::{Map, Value, json};

use crate::on_both;
use kontor::scope::Scope;
use kontor::store::Args;

use super::world::{made, value};

on_both!(a_type_takes_five_hundred_fields_of_ones_own_and_no_more, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let boat = json!({ "label": "Boat", "plural": "Boats" });
    assert_eq!(admin.put("/record-kinds/own.boat", boat).await.status(), 204);
    // Written as the route writes them, all but the last.
    let mut tx = server.app().store.begin(&Scope::system(acme.id())).await.unwrap();
    for number in 1..500_i64 {
        let definition = json!({ "label": format!("Field {number}"), "type": "text" });
        let sql = "INSERT INTO record_fields (tenant_id, kind, name, position, slot, definition, created_at)
                   VALUES ($1, 'own.boat', $2, $3, NULL, $4, $5)";
        let now = server.app().clock.now();
        let name = format!("f{number}");
        let args = [acme.id().into(), name.into(), number.into(), definition.into(), now.into()];
        tx.execute(sql, Args(args.to_vec())).await.unwrap();
    }
    tx.commit().await.unwrap();
    let field = |label: &str| json!({ "label": label, "type": "text" });
    assert_eq!(admin.put("/record-kinds/own.boat/fields/last", field("Last")).await.status(), 204);
    let refused = value(admin.put("/record-kinds/own.boat/fields/more", field("More")).await, 422).await;
    assert!(refused["detail"].as_str().unwrap().contains("500"), "{refused}");
    let all: Map<String, Value> = (1..500).map(|number| (format!("f{number}"), json!("x"))).collect();
    let mut fields = json!({ "title": "Full", "last": "y" });
    fields.as_object_mut().unwrap().extend(all);
    let record = made(&admin, "own.boat", fields).await;
    assert_eq!(record["fields"].as_object().unwrap().len(), 501);
});

on_both!(a_filter_that_is_too_deep_too_long_or_too_wide_is_refused, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let one = json!({ "field": "name", "op": "is", "value": "x" });
    let deep = (0..6).fold(one.clone(), |inner, _| json!({ "not": inner }));
    let long = json!({ "any": vec![one; 41] });
    let wide = json!({ "field": "name", "op": "in", "value": vec!["x"; 201] });
    for filter in [deep, long, wide] {
        let problem = value(ana.get(&format!("/records/crm.deal?filter={filter}")).await, 422).await;
        assert!(problem["detail"].as_str().unwrap().contains("filter"), "{problem}");
    }
});
