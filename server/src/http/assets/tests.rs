use std::io::Read;

use http_body_util::BodyExt;

use super::*;

const SCRIPT: &[u8] = b"export const ridge = 'Rennsteig, Rennsteig, Rennsteig, Rennsteig';";

/// A script with its packed form, and a picture without one.
fn shelf(path: &str) -> Option<Stored> {
    let stored = |data: Vec<u8>, mark| Some(Stored { data: data.into(), hash: [mark; 32] });
    match path {
        "assets/ridge-1a2b.js" => stored(SCRIPT.to_vec(), 1),
        "assets/ridge-1a2b.js.gz" => {
            let mut packed = Vec::new();
            flate2::read::GzEncoder::new(SCRIPT, flate2::Compression::best())
                .read_to_end(&mut packed)
                .expect("memory can be read");
            stored(packed, 2)
        }
        "assets/summit-3c4d.png" => stored(vec![0x89, 0x50], 3),
        _ => None,
    }
}

fn ask(path: &str, headers: &[(http::HeaderName, &'static str)]) -> Response {
    let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
    file(path, &headers, shelf).expect("the file is on the shelf")
}

async fn body(answer: Response) -> Vec<u8> {
    answer.into_body().collect().await.expect("the body is in memory").to_bytes().to_vec()
}

#[tokio::test]
async fn a_client_that_takes_gzip_gets_gzip() {
    for taken in ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1", "GZIP"] {
        let answer = ask("assets/ridge-1a2b.js", &[(header::ACCEPT_ENCODING, taken)]);
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip", "{taken}");
        assert_eq!(answer.headers()[header::VARY], "accept-encoding");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert!(answer.headers()[header::CONTENT_TYPE].to_str().expect("a type is text").contains("javascript"));
        let packed = body(answer).await;
        assert_ne!(packed, SCRIPT);
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).expect("it is gzip");
        assert_eq!(unpacked, SCRIPT);
    }
}

#[tokio::test]
async fn a_client_that_does_not_take_gzip_gets_the_file_as_it_is() {
    let refusals: [&[(http::HeaderName, &'static str)]; 4] = [
        &[],
        &[(header::ACCEPT_ENCODING, "br, identity")],
        &[(header::ACCEPT_ENCODING, "gzip;q=0, identity")],
        &[(header::ACCEPT_ENCODING, "gzip; q=0.000")],
    ];
    for refusal in refusals {
        let answer = ask("assets/ridge-1a2b.js", refusal);
        assert!(!answer.headers().contains_key(header::CONTENT_ENCODING));
        // A cache in between must not hand this to the next client unasked.
        assert_eq!(answer.headers()[header::VARY], "accept-encoding");
        assert_eq!(body(answer).await, SCRIPT);
    }
}

#[tokio::test]
async fn what_has_no_packed_form_is_sent_as_it_is() {
    let answer = ask("assets/summit-3c4d.png", &[(header::ACCEPT_ENCODING, "gzip")]);
    assert!(!answer.headers().contains_key(header::CONTENT_ENCODING));
    assert_eq!(body(answer).await, [0x89, 0x50]);
}

#[tokio::test]
async fn a_client_that_has_the_file_is_told_so_for_the_form_it_has() {
    let gzip = (header::ACCEPT_ENCODING, "gzip");
    let plain = (header::IF_NONE_MATCH, "\"01010101010101010101010101010101\"");
    let packed = (header::IF_NONE_MATCH, "\"02020202020202020202020202020202\"");
    let script = |headers: &[_]| ask("assets/ridge-1a2b.js", headers).status();
    assert_eq!(script(&[gzip.clone(), packed.clone()]), StatusCode::NOT_MODIFIED);
    assert_eq!(script(std::slice::from_ref(&plain)), StatusCode::NOT_MODIFIED);
    assert_eq!(script(&[gzip, plain]), StatusCode::OK);
    assert_eq!(script(&[packed]), StatusCode::OK);
}
