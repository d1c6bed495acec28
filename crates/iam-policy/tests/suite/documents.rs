//! Every form of document that AWS accepts, and what is said of the others.

use iam_policy::{Document, Effect};

fn parse(text: &str) -> Document {
    Document::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn error(text: &str) -> String {
    Document::parse(text).unwrap_err().to_string()
}

#[test]
fn scalars_and_lists_of_one_are_the_same() {
    let scalars = r#"{"Statement":{"Effect":"Allow","Action":"ce:*","Resource":"*","Condition":{"Bool":{"a":true}}}}"#;
    let lists = r#"{"Statement":[{"Effect":"Allow","Action":["ce:*"],"Resource":["*"],"Condition":{"Bool":{"a":["true"]}}}]}"#;
    assert_eq!(parse(scalars), parse(lists));
}

#[test]
fn the_parts_of_a_statement_can_be_asked_for() {
    let document = parse(
        r#"{"Version":"2012-10-17","Id":"x","Statement":[
            {"Sid":"One","Effect":"Deny","NotAction":["iam:*"],"NotResource":"arn:aws:s3:::${aws:username}",
             "Condition":{"StringEquals":{"AWS:PrincipalTag/Team":"${aws:userid}"},"NumericLessThan":{"n":[1,2.5]}}}]}"#,
    );
    let [statement] = document.statements() else {
        panic!("one statement")
    };
    assert_eq!(statement.sid(), Some("One"));
    assert_eq!(statement.effect(), Effect::Deny);
    assert_eq!(
        document.context_keys(),
        ["aws:principaltag/team", "aws:userid", "aws:username", "n"]
    );
}

#[test]
fn percent_encoding_is_undone() {
    let plain = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Sid":"é+100%"}}"#;
    let encoded = plain
        .replace('%', "%25")
        .replace('{', "%7B")
        .replace('"', "%22")
        .replace('é', "%c3%A9");
    assert_eq!(parse(&encoded), parse(plain));
    assert_eq!(parse(&encoded).statements()[0].sid(), Some("é+100%"));
    // A `%` that encodes nothing stands for itself, here where no JSON has one.
    assert!(error("%7").starts_with("not JSON"));
    assert!(error("%7B%FF").contains("UTF-8"));
}

#[test]
fn errors_say_where_and_why() {
    let statement = |inside: &str| error(&format!(r#"{{"Statement":[{{{inside}}}]}}"#));
    assert!(error("").starts_with("not JSON"));
    assert!(error("\u{feff}{}").starts_with("not JSON"));
    assert_eq!(error("[]"), "a list where an object belongs");
    assert_eq!(error("{}"), "no Statement");
    assert_eq!(
        error(r#"{"Version":"2012","Statement":[]}"#),
        "/Version: neither \"2012-10-17\" nor \"2008-10-17\""
    );
    assert_eq!(
        error(r#"{"Id":1,"Statement":[]}"#),
        "/Id: a number where a string belongs"
    );
    assert_eq!(
        error(r#"{"Statement":null}"#),
        "/Statement: null where an object belongs"
    );
    assert_eq!(statement(""), "/Statement/0: no Effect");
    assert_eq!(
        statement(r#""Effect":"allow""#),
        "/Statement/0/Effect: neither \"Allow\" nor \"Deny\""
    );
    assert_eq!(
        statement(r#""Effect":"Deny""#),
        "/Statement/0: neither Action nor NotAction"
    );
    let action = r#""Effect":"Deny","Action":"*""#;
    assert_eq!(
        statement(action),
        "/Statement/0: neither Resource nor NotResource"
    );
    assert_eq!(
        statement(&format!(r#"{action},"NotAction":"*""#)),
        "/Statement/0: both Action and NotAction"
    );
    let good = format!(r#"{action},"Resource":"*""#);
    assert_eq!(
        statement(&format!(r#"{good},"NotResource":"*""#)),
        "/Statement/0: both Resource and NotResource"
    );
    assert_eq!(
        statement(&format!(r#"{good},"Sid":true"#)),
        "/Statement/0/Sid: a boolean where a string belongs"
    );
    assert_eq!(
        statement(&format!(r#"{good},"Condition":[]"#)),
        "/Statement/0/Condition: a list where an object belongs"
    );
    assert_eq!(
        statement(&format!(r#"{good},"Condition":{{"String/Eq":{{}}}}"#)),
        "/Statement/0/Condition/String~1Eq: `String/Eq` is no condition operator"
    );
    for operator in [
        "NullIfExists",
        "ForAllValues:Null",
        "ForSome:Bool",
        "StringEqual",
        "NotBool",
        "IfExists",
    ] {
        let refused = statement(&format!(r#"{good},"Condition":{{"{operator}":{{}}}}"#));
        assert!(refused.ends_with("is no condition operator"), "{operator}");
    }
    assert_eq!(
        statement(&format!(
            r#"{good},"Condition":{{"Bool":{{"a~b":["true",null]}}}}"#
        )),
        "/Statement/0/Condition/Bool/a~0b/1: null where a string, number or boolean belongs"
    );
    assert_eq!(
        statement(&format!(r#"{good},"Principal":"x""#)),
        "/Statement/0/Principal: a string where `*` or an object belongs"
    );
    let lists = error(r#"{"Statement":{"Effect":"Deny","Action":["*",{}],"Resource":"*"}}"#);
    assert_eq!(
        lists,
        "/Statement/Action/1: an object where a string belongs"
    );
}

#[test]
fn the_last_of_two_elements_of_one_name_counts_and_unknown_elements_do_not() {
    let odd = parse(
        r#"{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*","Conditions":1},"Comment":1}"#,
    );
    let plain = parse(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
    assert_eq!(odd, plain);
}
