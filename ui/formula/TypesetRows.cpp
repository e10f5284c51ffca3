// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/LineBreaker.h"
#include "ui/formula/Typesetter.h"
#include "ui/formula/TypesetterParts.h"

#include <QString>

#include <algorithm>
#include <cmath>
#include <utility>

// Rows: a row and all rows inside it become one flat list of atoms, which is then spaced and, where asked, broken. When
// lines may break, a fence is not one atom: it is opened into a delimiter of fixed size, its body's atoms, and the
// other delimiter, so that a long sum inside brackets breaks like one outside.
namespace formulens {

namespace {

constexpr double never = BreakablePiece::never;

/// What breaks cost; a line that is quite empty costs 100 (LineBreaker.h). Shallow breaks read best.
constexpr double penaltyPerDepth = 22;
constexpr double relationPenalty = 30;
constexpr double commaPenalty = 5;
constexpr double wordPenalty = 20;
constexpr double beforeWordsPenalty = 10; ///< "x > 0 / and y < 1" rather than "x > 0 and / y < 1"
constexpr double insideShortFencePenalty = 60;
/// Keeps coefficient and symbol together unless nothing else is left.
constexpr double productPenalty = 400;

/// A fence narrower than this share of the line is short.
constexpr double shortFence = 0.35;

/// Continuation lines begin behind the first relation, if that stands in this share of the line.
constexpr double alignmentShare = 0.35;
constexpr double plainIndent = 2; // em
constexpr double plainIndentShare = 0.1;
constexpr double indentPerDepth = 1.5; // em
constexpr double deepestIndentShare = 0.4;

constexpr double baselineSkip = 1.25; // em
constexpr double lineGap = 0.4; // em, between the ink of two lines

/// A written space up to this width is no more than what belongs there anyway: "0.5 tanh" gets one thin space, not two.
constexpr double thinSpace = 0.2; // em

/// A line may end at a space at least this wide.
constexpr double breakingSpace = 1; // em

double penaltyOf(notation::OperatorSign sign, AtomClass role)
{
    if (role == AtomClass::Relation)
        return relationPenalty;
    if (role != AtomClass::Binary)
        return never;
    return sign == notation::OperatorSign::Times || sign == notation::OperatorSign::Dot ? productPenalty : 0;
}

/// What a definition's continuation lines are aligned behind.
bool isDefining(notation::OperatorSign sign)
{
    return sign == notation::OperatorSign::Equals || sign == notation::OperatorSign::Approximately;
}

bool isBreakable(const notation::Tree& tree)
{
    return pieceIf<notation::Fraction>(tree) || pieceIf<notation::Root>(tree) || pieceIf<notation::Cases>(tree)
        || pieceIf<notation::Aligned>(tree);
}

/// A variable whose name is a word needs a space to its neighbours, or "speed time" reads as one name.
bool isWord(const notation::Tree& tree)
{
    if (const auto* scripts = pieceIf<notation::Scripts>(tree))
        return isWord(withoutAnchors(scripts->base));
    const auto* identifier = pieceIf<notation::Identifier>(tree);
    return identifier && QString::fromStdString(identifier->text).toUcs4().size() > 1;
}

AtomClass classOf(const notation::Tree& tree)
{
    if (const auto* scripts = pieceIf<notation::Scripts>(tree))
        return scripts->base ? classOf(withoutAnchors(scripts->base)) : AtomClass::Ordinary;
    if (const auto* sign = pieceIf<notation::Operator>(tree))
        return formulens::classOf(sign->sign);
    if (pieceIf<notation::FunctionName>(tree) || pieceIf<notation::LargeOperator>(tree))
        return AtomClass::Operator;
    if (pieceIf<notation::Matrix>(tree) || pieceIf<notation::Cases>(tree) || pieceIf<notation::Placeholder>(tree))
        return AtomClass::Inner;
    return AtomClass::Ordinary;
}

bool isFenced(const notation::Tree& tree)
{
    if (const auto* scripts = pieceIf<notation::Scripts>(tree))
        return isFenced(withoutAnchors(scripts->base));
    return pieceIf<notation::Fence>(tree) != nullptr;
}

} // namespace

struct Typesetter::Atom
{
    MathBox box;
    AtomClass left = AtomClass::Ordinary;
    AtomClass right = AtomClass::Ordinary;
    double before = 0;
    double penalty = never;
    int depth = 0;
    bool word = false; ///< a variable whose name is a word
    bool defining = false; ///< "=" and the like
};

struct Typesetter::RowState
{
    RowState(MathStyle rowStyle, double width, bool joined) : style(rowStyle), available(width), afterOrdinary(joined)
    {
    }

    MathStyle style;
    double available = 0; ///< 0: one line, and fences are kept whole
    bool afterOrdinary = false; ///< as if an ordinary atom stood in front: "= x" in the second column of equations
    std::vector<Atom> atoms;
    int depth = 0;
    double used = 0; ///< width of the atoms so far
    double pendingSpace = 0; ///< in front of the next atom
    double pendingPenalty = never; ///< a break that the piece before allows in front of the next atom

    bool broken() const { return available > 0; }
};

MathBox Typesetter::layRow(const notation::Tree& tree, MathStyle style, bool afterOrdinary)
{
    RowState row(style, 0, afterOrdinary);
    collect(tree, row);
    resolveSigns(row);
    addSpaces(row);
    return placeInOneLine(row);
}

MathBox Typesetter::layBrokenRow(const notation::Tree& tree, MathStyle style, double available, bool afterOrdinary)
{
    RowState row(style, available, afterOrdinary);
    collect(tree, row);
    resolveSigns(row);
    addSpaces(row);
    return placeInLines(row, available);
}

void Typesetter::collect(const notation::Tree& tree, RowState& row)
{
    if (!tree)
        return;
    if (const auto* inner = pieceIf<notation::Row>(tree)) {
        for (const notation::Tree& piece : inner->pieces)
            collect(piece, row);
    } else if (const auto* anchored = pieceIf<notation::Anchored>(tree)) {
        const GroupScope scope(*this, anchored->anchor);
        collect(anchored->body, row);
    } else if (const auto* space = pieceIf<notation::Space>(tree)) {
        row.pendingSpace += em(space->em) * scaleOf(row.style);
        if (space->em >= breakingSpace)
            row.pendingPenalty = std::min(row.pendingPenalty, row.depth * penaltyPerDepth);
    } else if (const auto* sign = pieceIf<notation::Operator>(tree)) {
        collectOperator(*sign, row);
    } else if (const auto* words = pieceIf<notation::Words>(tree)) {
        collectWords(*words, row);
    } else if (const auto* fence = pieceIf<notation::Fence>(tree); fence && row.broken()) {
        collectFence(*fence, row);
    } else if (const auto* scripts = pieceIf<notation::Scripts>(tree); scripts && row.broken() && isFenced(tree)) {
        collect(scripts->base, row);
        MathBox& closing = row.atoms.back().box;
        row.used -= closing.width;
        closing = attachScripts(closing, false, *scripts, row.style);
        row.used += closing.width;
    } else {
        collectAtom(tree, row);
    }
}

void Typesetter::collectAtom(const notation::Tree& tree, RowState& row)
{
    Atom atom;
    if (row.broken() && isBreakable(tree)) {
        // Room for what stands beside it, or for a line of its own if there is not much.
        const double beside = row.available - row.used - em(1);
        const double room = beside > row.available / 2 ? beside : row.available - em(3);
        atom.box = layWithin(tree, row.style, std::max(room, em(8)));
    } else {
        atom.box = lay(tree, row.style);
    }
    const bool fenced = isFenced(tree);
    atom.left = fenced ? AtomClass::Open : classOf(tree);
    atom.right = fenced ? AtomClass::Close : atom.left;
    atom.word = isWord(tree);
    if (pieceIf<notation::Placeholder>(tree))
        atom.penalty = row.depth * penaltyPerDepth;
    addAtom(std::move(atom), row);
}

void Typesetter::collectOperator(const notation::Operator& sign, RowState& row)
{
    Atom atom;
    atom.left = atom.right = formulens::classOf(sign.sign);
    const bool afterComma = !row.atoms.empty() && row.atoms.back().right == AtomClass::Punctuation;
    const bool lowDots = sign.sign == notation::OperatorSign::Ellipsis && afterComma;
    atom.box = characterBox(lowDots ? U'\u2026' : characterOf(sign.sign), row.style);
    atom.penalty = penaltyOf(sign.sign, atom.left) + row.depth * penaltyPerDepth;
    atom.defining = isDefining(sign.sign);
    addAtom(std::move(atom), row);
    if (sign.sign == notation::OperatorSign::Comma)
        row.pendingPenalty = commaPenalty + row.depth * penaltyPerDepth;
}

// Words are atoms of their own, so that a sentence breaks at its spaces.
void Typesetter::collectWords(const notation::Words& words, RowState& row)
{
    const double space = m_font.metrics(m_font.glyph(U' ')).advance * scaleOf(row.style);
    std::u32string word;
    double penalty = beforeWordsPenalty;
    const auto flush = [&] {
        if (word.empty())
            return;
        Atom atom;
        atom.box = wordBox(word, row.style);
        addAtom(std::move(atom), row);
        word.clear();
        penalty = wordPenalty;
    };
    for (const char32_t character : QString::fromStdString(words.text).toStdU32String()) {
        if (character != U' ') {
            word += character;
            continue;
        }
        flush();
        row.pendingSpace += space;
        row.pendingPenalty = std::min(row.pendingPenalty, penalty + row.depth * penaltyPerDepth);
    }
    flush();
}

void Typesetter::collectFence(const notation::Fence& fence, RowState& row)
{
    const double space = std::exchange(row.pendingSpace, 0.0);
    const double penalty = std::exchange(row.pendingPenalty, never);
    const std::size_t first = row.atoms.size();
    const double usedBefore = row.used;
    ++row.depth;
    collect(fence.body, row);
    --row.depth;

    MathBox body;
    for (std::size_t i = first; i < row.atoms.size(); ++i) {
        body.height = std::max(body.height, row.atoms[i].box.height);
        body.depth = std::max(body.depth, row.atoms[i].box.depth);
    }
    const bool isShort = row.used - usedBefore < shortFence * row.available;
    const bool isList = std::any_of(row.atoms.begin() + std::ptrdiff_t(first), row.atoms.end(),
        [&](const Atom& atom) { return atom.left == AtomClass::Punctuation && atom.depth == row.depth + 1; });
    for (std::size_t i = first; i < row.atoms.size(); ++i) {
        Atom& atom = row.atoms[i];
        // The items of a list are one level deeper than its commas.
        atom.penalty += isShort ? insideShortFencePenalty : 0;
        atom.penalty += isList && atom.left == AtomClass::Binary ? penaltyPerDepth : 0;
    }

    const auto side = [&](char32_t character, AtomClass role) {
        Atom atom;
        atom.left = atom.right = role;
        atom.depth = row.depth;
        if (character != 0)
            atom.box = delimiter(character, delimiterSize(body, row.style), row.style);
        else
            atom.box = layEmpty();
        return atom;
    };
    Atom opening = side(openingCharacter(fence.left), AtomClass::Open);
    opening.before = space;
    opening.penalty = penalty;
    row.used += space + opening.box.width;
    row.atoms.insert(row.atoms.begin() + std::ptrdiff_t(first), std::move(opening));
    row.pendingPenalty = never;
    addAtom(side(closingCharacter(fence.right), AtomClass::Close), row);
}

void Typesetter::addAtom(Atom atom, RowState& row)
{
    atom.before = std::exchange(row.pendingSpace, 0.0);
    atom.penalty = std::min(atom.penalty, std::exchange(row.pendingPenalty, never));
    atom.depth = row.depth;
    row.used += atom.before + atom.box.width;
    row.atoms.push_back(std::move(atom));
}

void Typesetter::resolveSigns(RowState& row)
{
    const auto demote = [](Atom& atom) {
        atom.left = atom.right = AtomClass::Ordinary;
        atom.penalty = never;
    };
    Atom* previous = nullptr;
    for (Atom& atom : row.atoms) {
        const bool nothingToJoin = previous ? isSignAfter(previous->right) : !row.afterOrdinary;
        if (atom.left == AtomClass::Binary && nothingToJoin)
            demote(atom);
        else if (previous && previous->right == AtomClass::Binary && isSymbolBefore(atom.left))
            demote(*previous);
        previous = &atom;
    }
    if (previous && previous->right == AtomClass::Binary)
        demote(*previous);
}

void Typesetter::addSpaces(RowState& row) const
{
    const double unit = em(scaleOf(row.style));
    const Atom* previous = nullptr;
    for (Atom& atom : row.atoms) {
        if (previous || row.afterOrdinary) {
            const AtomClass left = previous ? previous->right : AtomClass::Ordinary;
            double space = spaceBetween(left, atom.left, row.style.spacing());
            const bool names = left == AtomClass::Ordinary && atom.left == AtomClass::Ordinary && previous
                && (previous->word || atom.word);
            if (names)
                space = spaceBetween(AtomClass::Operator, AtomClass::Ordinary, SpacingStyle::Text);
            atom.before
                = atom.before <= thinSpace * unit ? std::max(atom.before, space * unit) : atom.before + space * unit;
        }
        previous = &atom;
    }
}

MathBox Typesetter::placeInOneLine(const RowState& row)
{
    MathBox box = begin();
    if (!row.atoms.empty()) {
        box.firstGlyph = row.atoms.front().box.firstGlyph;
        box.firstRule = row.atoms.front().box.firstRule;
    }
    for (const Atom& atom : row.atoms) {
        box.firstGlyph = std::min(box.firstGlyph, atom.box.firstGlyph);
        box.firstRule = std::min(box.firstRule, atom.box.firstRule);
        box.width += atom.before;
        move(atom.box, box.width, 0);
        box.width += atom.box.width;
        box.height = std::max(box.height, atom.box.height);
        box.depth = std::max(box.depth, atom.box.depth);
    }
    box.width += row.pendingSpace;
    if (row.atoms.size() == 1) {
        box.italic = row.atoms.front().box.italic;
        box.accent = row.atoms.front().box.accent;
    }
    finish(box);
    return box;
}

double Typesetter::hangingIndent(const RowState& row, double available) const
{
    double x = 0;
    for (const Atom& atom : row.atoms) {
        x += atom.before + atom.box.width;
        if (x > alignmentShare * available)
            break;
        if (atom.depth == 0 && atom.defining)
            return x + em(spaceBetween(AtomClass::Relation, AtomClass::Ordinary, row.style.spacing()));
    }
    return std::min(em(plainIndent), plainIndentShare * available);
}

MathBox Typesetter::placeInLines(const RowState& row, double available)
{
    std::vector<BreakablePiece> pieces;
    pieces.reserve(row.atoms.size());
    for (const Atom& atom : row.atoms)
        pieces.push_back({atom.before, atom.box.width, atom.penalty, atom.depth});
    const double indent = std::min(hangingIndent(row, available), deepestIndentShare * available);
    const std::vector<BrokenLine> lines
        = breakLines({.pieces = pieces, .width = available, .indent = indent, .indentPerDepth = em(indentPerDepth)});
    if (lines.size() <= 1)
        return placeInOneLine(row);

    MathBox box = begin();
    double baseline = 0;
    double depthAbove = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t end = i + 1 < lines.size() ? lines[i + 1].first : row.atoms.size();
        double height = 0;
        double depth = 0;
        for (std::size_t a = lines[i].first; a < end; ++a) {
            height = std::max(height, row.atoms[a].box.height);
            depth = std::max(depth, row.atoms[a].box.depth);
        }
        if (i == 0)
            box.height = height;
        else
            baseline += std::max(em(baselineSkip), depthAbove + height + em(lineGap));
        depthAbove = depth;

        const std::uint32_t line = ++m_lineCount;
        double x = lines[i].indent;
        for (std::size_t a = lines[i].first; a < end; ++a) {
            const Atom& atom = row.atoms[a];
            x += i > 0 && a == lines[i].first ? 0 : atom.before;
            move(atom.box, x, baseline);
            assignLine(atom.box, line);
            x += atom.box.width;
            box.firstGlyph = std::min(box.firstGlyph, atom.box.firstGlyph);
            box.firstRule = std::min(box.firstRule, atom.box.firstRule);
        }
        box.width = std::max(box.width, x);
    }
    box.depth = baseline + depthAbove;
    finish(box);
    return box;
}

} // namespace formulens
