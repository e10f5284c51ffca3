// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace formulens {

/// Whether this is compiled with the address sanitizer, which reserves terabytes of addresses that no limit may bound.
/// g++ defines a macro, clang answers to __has_feature.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool hasAddressSanitizer = true;
#elif defined(__has_feature)
inline constexpr bool hasAddressSanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool hasAddressSanitizer = false;
#endif

} // namespace formulens
