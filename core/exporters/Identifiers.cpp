// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Identifiers.h"

#include "core/exporters/Utf8.h"

#include <algorithm>
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

/// IEEE 1364-2005 and, for tools that read one as the other, IEEE 1800-2017.
constexpr auto verilogWords = std::to_array<std::string_view>({"always", "and", "assign", "automatic", "begin", "buf",
    "bufif0", "bufif1", "case", "casex", "casez", "cell", "cmos", "config", "deassign", "default", "defparam", "design",
    "disable", "edge", "else", "end", "endcase", "endconfig", "endfunction", "endgenerate", "endmodule", "endprimitive",
    "endspecify", "endtable", "endtask", "event", "for", "force", "forever", "fork", "function", "generate", "genvar",
    "highz0", "highz1", "if", "ifnone", "incdir", "include", "initial", "inout", "input", "instance", "integer", "join",
    "large", "liblist", "library", "localparam", "macromodule", "medium", "module", "nand", "negedge", "nmos", "nor",
    "noshowcancelled", "not", "notif0", "notif1", "or", "output", "parameter", "pmos", "posedge", "primitive", "pull0",
    "pull1", "pulldown", "pullup", "pulsestyle_onevent", "pulsestyle_ondetect", "rcmos", "real", "realtime", "reg",
    "release", "repeat", "rnmos", "rpmos", "rtran", "rtranif0", "rtranif1", "scalared", "showcancelled", "signed",
    "small", "specify", "specparam", "strong0", "strong1", "supply0", "supply1", "table", "task", "time", "tran",
    "tranif0", "tranif1", "tri", "tri0", "tri1", "triand", "trior", "trireg", "unsigned", "use", "uwire", "vectored",
    "wait", "wand", "weak0", "weak1", "while", "wire", "wor", "xnor", "xor", "accept_on", "alias", "always_comb",
    "always_ff", "always_latch", "assert", "assume", "before", "bind", "bins", "binsof", "bit", "break", "byte",
    "chandle", "checker", "class", "clocking", "const", "constraint", "context", "continue", "cover", "covergroup",
    "coverpoint", "cross", "dist", "do", "endchecker", "endclass", "endclocking", "endgroup", "endinterface",
    "endpackage", "endprogram", "endproperty", "endsequence", "enum", "eventually", "expect", "export", "extends",
    "extern", "final", "first_match", "foreach", "forkjoin", "global", "iff", "ignore_bins", "illegal_bins",
    "implements", "implies", "import", "inside", "int", "interconnect", "interface", "intersect", "join_any",
    "join_none", "let", "local", "logic", "longint", "matches", "modport", "nettype", "new", "nexttime", "null",
    "package", "packed", "priority", "program", "property", "protected", "pure", "rand", "randc", "randcase",
    "randsequence", "ref", "reject_on", "restrict", "return", "s_always", "s_eventually", "s_nexttime", "s_until",
    "s_until_with", "sequence", "shortint", "shortreal", "soft", "solve", "static", "string", "strong", "struct",
    "super", "sync_accept_on", "sync_reject_on", "tagged", "this", "throughout", "timeprecision", "timeunit", "type",
    "typedef", "union", "unique", "unique0", "until", "until_with", "untyped", "var", "virtual", "void", "wait_order",
    "weak", "wildcard", "with", "within"});

/// Keywords, elementary types, standard functions and function blocks with their parameters of IEC 61131-3, and the
/// operators of its instruction list, which some tools reserve too.
constexpr auto structuredTextWords = std::to_array<std::string_view>({"ABS", "ABSTRACT", "ACOS", "ACTION", "ADD", "AND",
    "ANDN", "ANY", "ANY_BIT", "ANY_DATE", "ANY_DERIVED", "ANY_ELEMENTARY", "ANY_INT", "ANY_MAGNITUDE", "ANY_NUM",
    "ANY_REAL", "ANY_STRING", "ARRAY", "ASIN", "AT", "ATAN", "ATAN2", "BOOL", "BY", "BYTE", "CAL", "CALC", "CALCN",
    "CASE", "CD", "CDT", "CHAR", "CLASS", "CLK", "CONCAT", "CONFIGURATION", "CONSTANT", "CONTINUE", "COS", "CTD", "CTU",
    "CTUD", "CU", "CV", "D", "DATE", "DATE_AND_TIME", "DELETE", "DINT", "DIV", "DO", "DT", "DWORD", "ELSE", "ELSIF",
    "END_ACTION", "END_CASE", "END_CLASS", "END_CONFIGURATION", "END_FOR", "END_FUNCTION", "END_FUNCTION_BLOCK",
    "END_IF", "END_INTERFACE", "END_METHOD", "END_NAMESPACE", "END_PROGRAM", "END_REPEAT", "END_RESOURCE", "END_STEP",
    "END_STRUCT", "END_TRANSITION", "END_TYPE", "END_VAR", "END_WHILE", "EN", "ENO", "EQ", "ET", "EXIT", "EXP", "EXPT",
    "EXTENDS", "FALSE", "F_EDGE", "FINAL", "FIND", "FOR", "FROM", "FUNCTION", "FUNCTION_BLOCK", "F_TRIG", "GE", "GT",
    "IF", "IMPLEMENTS", "IN", "INITIAL_STEP", "INSERT", "INT", "INTERFACE", "INTERNAL", "INTERVAL", "JMP", "JMPC",
    "JMPCN", "L", "LD", "LDATE", "LDATE_AND_TIME", "LDN", "LDT", "LE", "LEFT", "LEN", "LIMIT", "LINT", "LN", "LOG",
    "LREAL", "LT", "LTIME", "LTIME_OF_DAY", "LTOD", "LWORD", "MAX", "METHOD", "MID", "MIN", "MOD", "MOVE", "MUL", "MUX",
    "N", "NAMESPACE", "NE", "NEG", "NIL", "NON_RETAIN", "NOT", "NULL", "OF", "ON", "OR", "ORN", "OVERLAP", "OVERRIDE",
    "P", "PRIORITY", "PRIVATE", "PROGRAM", "PROTECTED", "PT", "PUBLIC", "PV", "Q", "Q1", "QD", "QU", "R", "R1",
    "READ_ONLY", "READ_WRITE", "REAL", "REF", "REF_TO", "REFERENCE", "POINTER", "REPEAT", "REPLACE", "RESOURCE", "RET",
    "RETAIN", "RETC", "RETCN", "RETURN", "RIGHT", "ROL", "ROR", "RS", "R_EDGE", "R_TRIG", "S", "S1", "SD", "SEL",
    "SEMA", "SHL", "SHR", "SIN", "SINGLE", "SINT", "SL", "SQRT", "SR", "ST", "STEP", "STN", "STRING", "STRUCT", "SUB",
    "SUPER", "T", "TAN", "TASK", "THEN", "THIS", "TIME", "TIME_OF_DAY", "TO", "TOD", "TOF", "TON", "TP", "TRANSITION",
    "TRUE", "TRUNC", "TYPE", "UDINT", "UINT", "ULINT", "UNTIL", "USING", "USINT", "VAR", "VAR_ACCESS", "VAR_CONFIG",
    "VAR_EXTERNAL", "VAR_GLOBAL", "VAR_INPUT", "VAR_IN_OUT", "VAR_OUTPUT", "VAR_TEMP", "WCHAR", "WHILE", "WITH", "WORD",
    "WSTRING", "XOR", "XORN"});

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

Identifiers::Identifiers(std::span<const std::string_view> reserved, Rules rules) : m_rules(rules)
{
    for (const std::string_view name : reserved)
        reserve(name);
}

std::string Identifiers::compared(std::string_view name) const
{
    std::string result(name);
    for (char& c : result)
        if (m_rules == Rules::StructuredText && c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return result;
}

void Identifiers::reserveAllIn(std::string_view program)
{
    for (std::size_t i = 0; i < program.size();) {
        std::size_t end = i;
        while (end < program.size() && isPart(static_cast<unsigned char>(program[end])))
            ++end;
        if (end > i)
            reserve(program.substr(i, end - i));
        i = end + 1;
    }
}

std::string Identifiers::distinct(std::string_view name)
{
    std::string base = valid(name);
    if (m_rules == Rules::StructuredText)
        base.erase(std::unique(base.begin(), base.end(), [](char a, char b) { return a == '_' && b == '_'; }), base.end());
    std::string candidate = base;
    std::size_t& number = m_lastNumber.try_emplace(compared(base), 1).first->second;
    while (!m_taken.insert(compared(candidate)).second)
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

std::span<const std::string_view> reservedInVerilog()
{
    return verilogWords;
}

std::span<const std::string_view> reservedInStructuredText()
{
    return structuredTextWords;
}

} // namespace formulens
