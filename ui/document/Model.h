// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/evaluation/Program.h"
#include "core/question/Question.h"

#include <QString>
#include <QStringList>

#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace formulens {

/// What is computed from one model once and used by many views. Its functions are called from jobs, in any thread; they
/// compute at the first call and remember. No lock is held while computing, so a cancelled job never blocks another.
class Computations final
{
public:
    explicit Computations(std::shared_ptr<const PreparedNetwork> network);

    /// Values and slopes of these elements over all input elements.
    Result<std::shared_ptr<const Program>> program(const std::vector<ElementReference>& elements);

    /// The slice that these elements need.
    Result<std::shared_ptr<const Equations>> equations(
        const std::vector<ElementReference>& elements, const Progress& progress = {});

private:
    using Key = std::vector<ElementReference>;

    std::shared_ptr<const PreparedNetwork> m_network;
    std::mutex m_mutex;
    std::map<Key, std::shared_ptr<const Program>> m_programs;
    std::map<Key, std::shared_ptr<const Equations>> m_equations;
};

/// How a recurrent network is looked at.
enum class TimeView
{
    Unrolled, ///< as the file has it: all steps of the sequence
    OneStep, ///< difference equations
};

/// An opened model: immutable but for what it remembers, shared between the views and their jobs.
struct Model
{
    QString path;
    QString title; ///< the side file's, else the file name
    QString story; ///< the side file's paragraph, or empty
    QStringList warnings;
    std::string fingerprint; ///< of the file's content; what the user typed is remembered under it
    std::shared_ptr<const PreparedNetwork> network;
    std::shared_ptr<Computations> computations;
    bool holdsWeightsOnly = false; ///< the file, so that its architecture was chosen and may be changed
    bool isRecurrent = false; ///< there is a time step to look at
    TimeView timeView = TimeView::Unrolled;

    /// "h1[3]", "y": the element's name in the file.
    QString elementName(ElementReference element) const;
};

} // namespace formulens
