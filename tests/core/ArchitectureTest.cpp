// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

/// Reads every include of core, ui and app and holds it against the arrows of the house.
///
/// The table is data: a new room gets a row, a new arrow an entry in its row. What a room may use, it may use with all
/// that lies below it; every room may use core/base.
namespace {

using Names = std::vector<std::string>;

const std::map<std::string, Names>& arrows()
{
    static const std::map<std::string, Names> table{
        {"core/base", {}},
        {"core/numbers", {}},
        {"core/functions", {"core/numbers"}},
        {"core/affine", {"core/functions"}},
        {"core/tensor", {}},
        {"core/network", {"core/tensor"}},
        {"core/importers", {"core/network"}},
        {"core/operators", {"core/network", "core/affine"}},
        {"core/opening", {"core/importers", "core/operators", "core/question", "core/data"}},
        {"core/equations", {"core/operators", "core/affine"}},
        {"core/question", {"core/network", "core/equations"}},
        {"core/data", {"core/question", "core/importers"}},
        {"core/evaluation", {"core/equations", "core/operators"}},
        {"core/bounds", {"core/equations", "core/evaluation", "core/question"}},
        {"core/expression", {"core/functions"}},
        {"core/analysis", {"core/evaluation", "core/bounds", "core/data", "core/logic"}},
        {"core/formula", {"core/expression", "core/equations", "core/bounds", "core/evaluation", "core/analysis", "core/logic"}},
        {"core/notation", {"core/functions", "core/expression", "core/formula"}},
        {"core/exporters", {"core/formula", "core/notation", "core/network"}},
        {"core/layout", {}},
        {"core/logic", {}},
        {"core/worker", {"core/exporters"}},
        {"core/session", {"core/question", "core/formula", "core/analysis"}},
        {"ui/jobs", {}},
        {"ui/window/Palette", {}},
        {"ui", {"core", "ui/jobs", "ui/window/Palette"}},
        {"ui/window", {"ui"}},
        {"app", {"ui/window"}},
    };
    return table;
}

// Rooms of ui share one row, "ui"; those with rules of their own stand beside it, and so does a file that all may use.
std::string roomOf(const std::string& path)
{
    if (const std::string file = path.substr(0, path.rfind('.')); arrows().contains(file))
        return file;
    const std::string house = path.substr(0, path.find('/'));
    if (house == "app")
        return house;
    const std::string room = path.substr(0, path.find('/', house.size() + 1));
    return house == "ui" && !arrows().contains(room) ? house : room;
}

// "core" in a row stands for every room of core.
bool names(const std::string& entry, const std::string& room)
{
    return entry == room || (entry == "core" && room.starts_with("core/"));
}

bool reaches(const std::string& from, const std::string& to)
{
    if (from == to || to == "core/base")
        return true;
    const auto row = arrows().find(from);
    return row != arrows().end() && std::ranges::any_of(row->second, [&](const std::string& below) {
        return names(below, to) || reaches(below, to);
    });
}

struct Include
{
    std::string file; ///< from the project root
    int line;
    std::string target;
    bool quoted;
};

std::vector<Include> includesOf(const std::string& file, std::istream& text)
{
    static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
    std::vector<Include> found;
    std::string content;
    std::smatch match;
    for (int line = 1; std::getline(text, content); ++line)
        if (std::regex_match(content, match, pattern))
            found.push_back({file, line, match[2], match[1] == "\""});
    return found;
}

std::vector<Include> allIncludes()
{
    const std::filesystem::path root(FORMULENS_SOURCE_DIR);
    std::vector<Include> found;
    for (const char* house : {"core", "ui", "app"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / house)) {
            if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp")
                continue;
            std::ifstream text(entry.path());
            std::ranges::move(includesOf(entry.path().lexically_relative(root), text), std::back_inserter(found));
        }
    return found;
}

bool isOurs(const Include& include)
{
    const std::string house = include.target.substr(0, include.target.find('/') + 1);
    return house == "core/" || house == "ui/" || house == "app/";
}

bool isAllowed(const Include& include)
{
    return !isOurs(include) || reaches(roomOf(include.file), roomOf(include.target));
}

bool isQt(const Include& include)
{
    static const std::regex pattern("^(Qt?[A-Z]|qcustomplot).*");
    return !include.quoted && std::regex_match(include.target, pattern);
}

/// One line for each include that fulfils the condition.
template <class Condition>
QString offenders(Condition condition)
{
    std::string lines;
    for (const Include& include : allIncludes())
        if (condition(include))
            lines += include.file + ":" + std::to_string(include.line) + " includes " + include.target + "\n";
    return QString::fromStdString(lines);
}

} // namespace

class ArchitectureTest final : public QObject
{
    Q_OBJECT

private slots:
    void aWrongArrowIsSeen_data();
    void aWrongArrowIsSeen();
    void theTableHasNoCircle();
    void everyRoomIsInTheTable();
    void includesFollowTheArrows();
    void includesAreWrittenFromTheRoot();
    void coreKnowsNoQt();
    void oneFileIncludesGinac();
};

void ArchitectureTest::aWrongArrowIsSeen_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<std::string>("target");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char* name, std::string file, std::string target, bool allowed) {
        QTest::addRow("%s", name) << std::move(file) << std::move(target) << allowed;
    };
    row("every room may use base", "core/layout/Layers.h", "core/base/Result.h", true);
    row("a room may use itself", "core/formula/Law.cpp", "core/formula/Formula.h", true);
    row("and what lies below its neighbours", "core/formula/Law.cpp", "core/tensor/Tensor.h", true);
    row("but nothing above it", "core/network/Network.h", "core/formula/Formula.h", false);
    row("analysis takes programs, never a formula", "core/analysis/Curve.h", "core/formula/Formula.h", false);
    row("no room of core uses session", "core/formula/Law.h", "core/session/Session.h", false);
    row("core does not know the window", "core/base/Result.h", "ui/jobs/JobRunner.h", false);
    row("views use core", "ui/plots/Curve.h", "core/analysis/Analysis.h", true);
    row("views use each other", "ui/panels/Inputs.h", "ui/document/Document.h", true);
    row("views use jobs", "ui/panels/Inputs.h", "ui/jobs/JobRunner.h", true);
    row("jobs know no view", "ui/jobs/JobRunner.h", "ui/panels/Inputs.h", false);
    row("no view knows the window", "ui/panels/Inputs.h", "ui/window/MainWindow.h", false);
    row("but its colours", "ui/graph/DiagramPainter.h", "ui/window/Palette.h", true);
    row("programs use all", "app/main.cpp", "ui/window/MainWindow.h", true);
    row("but are used by none", "ui/window/MainWindow.h", "app/Arguments.h", false);
}

void ArchitectureTest::aWrongArrowIsSeen()
{
    QFETCH(std::string, file);
    QFETCH(std::string, target);
    std::istringstream text("\n#include \"" + target + "\"\n");
    const std::vector<Include> includes = includesOf(file, text);
    QCOMPARE(includes.size(), 1U);
    QTEST(isAllowed(includes.front()), "allowed");
}

void ArchitectureTest::theTableHasNoCircle()
{
    for (const auto& [room, row] : arrows())
        for (const std::string& below : row)
            QVERIFY2(!reaches(below, room), (room + " and " + below + " use each other").c_str());
}

void ArchitectureTest::everyRoomIsInTheTable()
{
    for (const auto& entry : std::filesystem::directory_iterator(FORMULENS_SOURCE_DIR "/core")) {
        const std::string room = "core/" + entry.path().filename().string();
        QVERIFY2(!entry.is_directory() || arrows().contains(room), (room + " has no row").c_str());
    }
}

void ArchitectureTest::includesFollowTheArrows()
{
    QVERIFY(!allIncludes().empty());
    QCOMPARE(offenders([](const Include& include) { return !isAllowed(include); }), QString());
}

void ArchitectureTest::includesAreWrittenFromTheRoot()
{
    const auto isLocal = [](const Include& include) {
        return include.quoted && !isOurs(include) && !include.target.ends_with(".moc");
    };
    QCOMPARE(offenders(isLocal), QString());
}

void ArchitectureTest::coreKnowsNoQt()
{
    const auto knowsQt = [](const Include& include) { return include.file.starts_with("core/") && isQt(include); };
    QCOMPARE(offenders(knowsQt), QString());
}

void ArchitectureTest::oneFileIncludesGinac()
{
    const QString lines = offenders([](const Include& include) { return include.target.starts_with("ginac/"); });
    QVERIFY2(lines.count(QLatin1Char('\n')) <= 1, qPrintable(lines));
}

QTEST_APPLESS_MAIN(ArchitectureTest)
#include "ArchitectureTest.moc"
