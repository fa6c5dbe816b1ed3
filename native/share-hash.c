/*
 * The hash of a share on the SHA instructions of x86 (Intel SDM, SHA256RNDS2 and its companions), as an add-on for
 * Node (Node-API): double SHA-256 (FIPS 180-4) of the coinbase, folded with the Merkle branch, then double SHA-256 of
 * the 80-byte header. One call a share and no arguments but two lengths: all bytes lie in one buffer, the desk, which
 * JavaScript hands over before (src/lib/sha256/packed-template.ts has its layout too).
 *
 * On a CPU without these instructions nothing is exported: plain C was measured as fast as the JavaScript there is.
 * Between hashes a digest stays two vectors of words in registers: the big-endian store of one hash and the big-endian
 * load of the next would cancel out.
 */
#include <cpuid.h>
#include <immintrin.h>
#include <node_api.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SHA_NI __attribute__((target("sha,sse4.1")))
#define INLINE static inline __attribute__((always_inline))

/* The desk, in bytes. */
#define HEADER_AT 0
#define HASH_AT 80
#define BRANCH_AT 112
#define MAX_BRANCH 32
#define COINBASE_AT (BRANCH_AT + 32 * MAX_BRANCH)

/* First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* Words 0 to 3 and 4 to 7 of a digest, or of half a block. */
typedef struct {
  __m128i low, high;
} words8;

/* The state between two blocks, in the order the instructions want. */
typedef struct {
  __m128i abef, cdgh;
} state8;

SHA_NI INLINE state8 initial_state(void) {
  /* Square roots of the first 8 primes. */
  return (state8){_mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
                  _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19)};
}

SHA_NI INLINE words8 digest_of(state8 s) {
  const __m128i feba = _mm_shuffle_epi32(s.abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(s.cdgh, 0xb1);
  return (words8){_mm_blend_epi16(feba, dchg, 0xf0), _mm_alignr_epi8(dchg, feba, 8)};
}

SHA_NI INLINE state8 compress(state8 before, words8 first, words8 second) {
  __m128i w[4] = {first.low, first.high, second.low, second.high};
  __m128i abef = before.abef, cdgh = before.cdgh;
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) {
    const __m128i now = w[i & 3];
    const __m128i sum = _mm_add_epi32(now, _mm_load_si128((const __m128i *)(K + 4 * i)));
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    if (i < 12) {
      const __m128i last = w[(i + 3) & 3];
      const __m128i seven = _mm_alignr_epi8(last, w[(i + 2) & 3], 4);
      const __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(now, w[(i + 1) & 3]), seven);
      w[i & 3] = _mm_sha256msg2_epu32(partial, last);
    }
  }
  return (state8){_mm_add_epi32(abef, before.abef), _mm_add_epi32(cdgh, before.cdgh)};
}

/* 32 bytes as big-endian words; its own inverse, whence `write_bytes`. */
SHA_NI INLINE words8 read_bytes(const uint8_t *at) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  return (words8){_mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)at), swap),
                  _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(at + 16)), swap)};
}

SHA_NI INLINE void write_bytes(uint8_t *at, words8 words) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  _mm_storeu_si128((__m128i *)at, _mm_shuffle_epi8(words.low, swap));
  _mm_storeu_si128((__m128i *)(at + 16), _mm_shuffle_epi8(words.high, swap));
}

/* The half block that follows 32 bytes of message. */
SHA_NI INLINE words8 padding_32(void) {
  return (words8){_mm_set_epi32(0, 0, 0, INT32_MIN), _mm_set_epi32(256, 0, 0, 0)};
}

SHA_NI INLINE words8 hash_digest(words8 digest) {
  return digest_of(compress(initial_state(), digest, padding_32()));
}

SHA_NI INLINE words8 sha256d(const uint8_t *message, uint32_t length) {
  state8 state = initial_state();
  uint32_t at = 0;
  for (; length - at >= 64; at += 64) {
    state = compress(state, read_bytes(message + at), read_bytes(message + at + 32));
  }
  const uint32_t rest = length - at;
  uint8_t tail[128] = {0};
  memcpy(tail, message + at, rest);
  tail[rest] = 0x80;
  const uint32_t end = rest < 56 ? 64 : 128;
  const uint64_t bits = (uint64_t)length << 3;
  for (uint32_t i = 0; i < 8; i++) tail[end - 1 - i] = (uint8_t)(bits >> (8 * i));
  for (at = 0; at < end; at += 64) {
    state = compress(state, read_bytes(tail + at), read_bytes(tail + at + 32));
  }
  return hash_digest(digest_of(state));
}

SHA_NI INLINE words8 sha256d_pair(words8 left, words8 right) {
  const words8 padding = {_mm_set_epi32(0, 0, 0, INT32_MIN), _mm_set_epi32(512, 0, 0, 0)};
  const words8 zero = {_mm_setzero_si128(), padding.high};
  const state8 state = compress(initial_state(), left, right);
  return hash_digest(digest_of(compress(state, (words8){padding.low, zero.low}, zero)));
}

/* Puts the Merkle root into the header on the desk, and the header's hash behind it. */
SHA_NI static void hash_share(uint8_t *desk, uint32_t coinbase_length, uint32_t branch_length) {
  words8 root = sha256d(desk + COINBASE_AT, coinbase_length);
  for (uint32_t i = 0; i < branch_length; i++) {
    root = sha256d_pair(root, read_bytes(desk + BRANCH_AT + 32 * i));
  }
  write_bytes(desk + HEADER_AT + 36, root);
  write_bytes(desk + HASH_AT, sha256d(desk + HEADER_AT, 80));
}

static int has_sha_ni(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  const unsigned ssse3_and_sse41 = (1u << 9) | (1u << 19);
  if ((c & ssse3_and_sse41) != ssse3_and_sse41) return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  return (b >> 29) & 1;
}

/* What one function that `openDesk` returned knows; the reference keeps the bytes where they are. */
typedef struct {
  uint8_t *bytes;
  size_t length;
  napi_ref reference;
} desk;

static napi_value refuse(napi_env env, const char *why) {
  napi_throw_type_error(env, "ADD_ON_ARGUMENTS", why);
  return NULL;
}

/* (coinbaseLength: number, branchLength: number): void, from the desk to the desk. */
static napi_value hash(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value values[2];
  desk *own;
  uint32_t coinbase_length, branch_length;
  if (napi_get_cb_info(env, info, &count, values, NULL, (void **)&own) != napi_ok) return NULL;
  if (count != 2 || napi_get_value_uint32(env, values[0], &coinbase_length) != napi_ok ||
      napi_get_value_uint32(env, values[1], &branch_length) != napi_ok) {
    return refuse(env, "two lengths are expected");
  }
  if (branch_length > MAX_BRANCH || coinbase_length > own->length - COINBASE_AT) {
    return refuse(env, "this does not fit on the desk");
  }
  hash_share(own->bytes, coinbase_length, branch_length);
  return NULL;
}

static void close_desk(napi_env env, void *data, void *hint) {
  (void)hint;
  desk *own = data;
  if (own->reference != NULL) napi_delete_reference(env, own->reference);
  free(own);
}

/* openDesk(desk: Uint8Array): a function `hash` that works on this desk and keeps it. */
static napi_value open_desk(napi_env env, napi_callback_info info) {
  size_t count = 1, length, offset;
  napi_value value, buffer, function;
  napi_typedarray_type type;
  void *bytes;
  if (napi_get_cb_info(env, info, &count, &value, NULL, NULL) != napi_ok) return NULL;
  if (count != 1 ||
      napi_get_typedarray_info(env, value, &type, &length, &bytes, &buffer, &offset) != napi_ok ||
      type != napi_uint8_array || length < COINBASE_AT) {
    return refuse(env, "the desk is a Uint8Array that holds header, hash and branch");
  }
  desk *own = calloc(1, sizeof(desk));
  if (own == NULL) return refuse(env, "out of memory");
  own->bytes = bytes;
  own->length = length;
  if (napi_create_function(env, "hash", NAPI_AUTO_LENGTH, hash, own, &function) != napi_ok ||
      napi_add_finalizer(env, function, own, close_desk, NULL, NULL) != napi_ok) {
    free(own);
    return refuse(env, "no function could be made");
  }
  if (napi_create_reference(env, value, 1, &own->reference) != napi_ok) {
    return refuse(env, "the desk could not be kept");
  }
  return function;
}

NAPI_MODULE_INIT() {
  if (!has_sha_ni()) return exports;
  const napi_property_descriptor property = {"openDesk", NULL, open_desk,       NULL,
                                             NULL,       NULL, napi_enumerable, NULL};
  napi_define_properties(env, exports, 1, &property);
  return exports;
}
