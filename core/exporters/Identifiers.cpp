// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Identifiers.h"

#include "core/exporters/Utf8.h"

#include <array>

namespace formulens {

namespace {

/// Keywords of C99 to C23 and of C++, what <math.h> declares or defines, and macros of compilers.
constexpr auto cWords = std::to_array<std::string_view>({"alignas", "alignof", "and", "asm", "auto", "bitand", "bitor",
    "bool", "break", "case", "catch", "char", "class", "compl", "concept", "const", "consteval", "constexpr",
    "constinit", "continue", "decltype", "default", "delete", "do", "double", "else", "enum", "explicit", "export",
    "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new",
    "noexcept", "not", "nullptr", "operator", "or", "private", "protected", "public", "register", "requires",
    "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "template", "this", "thread_local",
    "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union", "unsigned", "using", "virtual", "void",
    "volatile", "while", "xor", "acos", "acosf", "acosh", "asin", "asinf", "asinh", "atan", "atan2", "atanf", "atanh",
    "cbrt", "ceil", "ceilf", "copysign", "cos", "cosf", "cosh", "drem", "erf", "erfc", "exp", "exp2", "exp10", "expf",
    "expm1", "fabs", "fabsf", "fdim", "finite", "floor", "floorf", "fma", "fmax", "fmin", "fmod", "fpclassify", "frexp",
    "gamma", "hypot", "ilogb", "isfinite", "isgreater", "isinf", "isless", "isnan", "isnormal", "j0", "j1", "jn",
    "ldexp", "lgamma", "llrint", "llround", "log", "log10", "log1p", "log2", "logb", "logf", "lrint", "lround", "modf",
    "nan", "nearbyint", "nextafter", "nexttoward", "pow", "powf", "remainder", "remquo", "rint", "round", "scalb",
    "scalbln", "scalbn", "signbit", "signgam", "significand", "sin", "sincos", "sinf", "sinh", "sqrt", "sqrtf", "tan",
    "tanf", "tanh", "tgamma", "trunc", "y0", "y1", "yn", "abs", "main", "errno", "NULL", "FP_INFINITE", "FP_NAN",
    "FP_NORMAL", "FP_SUBNORMAL", "FP_ZERO", "HUGE_VAL", "INFINITY", "NAN", "MATH_ERRNO", "M_1_PI", "M_2_PI",
    "M_2_SQRTPI", "M_E", "M_LN10", "M_LN2", "M_LOG10E", "M_LOG2E", "M_PI", "M_PI_2", "M_PI_4", "M_SQRT1_2", "M_SQRT2",
    "DOMAIN", "SING", "OVERFLOW", "UNDERFLOW", "TLOSS", "PLOSS", "HUGE", "MAXFLOAT", "double_t", "float_t", "linux",
    "unix", "i386", "near", "far", "min", "max", "small", "huge", "interface", "x", "y"});

constexpr auto pythonWords = std::to_array<std::string_view>(
    {"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "match", "case", "type", "print", "sum", "zip",
        "len", "range", "abs", "min", "max", "float", "int", "list", "tuple", "ValueError", "np", "numpy", "math",
        "functools", "round", "pow", "exec", "self", "bool", "str", "x", "value", "k"});

bool isPart(char32_t character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9') || character == '_';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// "Temp (C)" as "Temp_C": runs of other characters are one underscore, none at the ends; never empty, never a digit
/// or underscore first (C keeps those names for itself).
std::string valid(std::string_view name)
{
    std::string result;
    for (const char32_t character : charactersOf(name)) {
        if (character != '_' && isPart(character))
            result += static_cast<char>(character);
        else if (!result.empty() && (character == '_' || result.back() != '_'))
            result += '_';
    }
    result.erase(result.find_last_not_of('_') + 1);
    if (result.empty())
        return "unnamed";
    return isDigit(result.front()) ? "v" + result : result;
}

} // namespace

void Identifiers::reserveAllIn(std::string_view program)
{
    for (std::size_t i = 0; i < program.size();) {
        std::size_t end = i;
        while (end < program.size() && isPart(static_cast<unsigned char>(program[end])))
            ++end;
        if (end > i)
            m_taken.emplace(program.substr(i, end - i));
        i = end + 1;
    }
}

std::string Identifiers::distinct(std::string_view name)
{
    const std::string base = valid(name);
    std::string candidate = base;
    std::size_t& number = m_lastNumber.try_emplace(base, 1).first->second;
    while (!m_taken.insert(candidate).second)
        candidate = base + "_" + std::to_string(++number);
    return candidate;
}

std::span<const std::string_view> reservedInC()
{
    return cWords;
}

std::span<const std::string_view> reservedInPython()
{
    return pythonWords;
}

} // namespace formulens
