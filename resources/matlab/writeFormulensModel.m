% SPDX-License-Identifier: GPL-3.0-or-later
function writeFormulensModel(net, file)
%WRITEFORMULENSMODEL Writes a feedforward network object (fitnet, patternnet, feedforwardnet) as JSON for Formulens.
%   writeFormulensModel(net, 'model.json'). mapminmax and mapstd of inputs and outputs become part of the network.
if numel(net.inputs) ~= 1 || any(any(net.layerConnect ~= diag(ones(1, net.numLayers - 1), -1))) ...
        || ~net.inputConnect(1) || any(net.inputConnect(2:end)) || net.numInputDelays + net.numLayerDelays > 0
    error('Formulens:shape', 'Expected a network of layers in a row, with one input and no delays.');
end
layers = {};
for i = 1:numel(net.inputs{1}.processFcns)
    layers = [layers, scaling(net.inputs{1}.processFcns{i}, net.inputs{1}.processSettings{i}, false)]; %#ok<AGROW>
end
for i = 1:net.numLayers
    if i == 1, weights = net.IW{1, 1}; else, weights = net.LW{i, i - 1}; end
    if net.biasConnect(i), bias = net.b{i}; else, bias = zeros(size(weights, 1), 1); end
    layers{end + 1} = sprintf('{"type": "dense", "rows": "outputs", "weights": %s, "bias": %s, "activation": "%s"}', ...
        matrix(weights), row(bias), net.layers{i}.transferFcn); %#ok<AGROW>
end
output = net.outputs{net.numLayers};
for i = numel(output.processFcns):-1:1
    layers = [layers, scaling(output.processFcns{i}, output.processSettings{i}, true)]; %#ok<AGROW>
end
handle = fopen(file, 'w', 'n', 'UTF-8');
fprintf(handle, '{"format": "formulens-model", "version": 1, "producer": "MATLAB %s",\n', version('-release'));
fprintf(handle, ' "input": {"shape": [%d], "elements": [', net.inputs{1}.size);
ranges = arrayfun(@(i) sprintf('{"range": %s}', row(net.inputs{1}.range(i, :))), 1:net.inputs{1}.size, ...
    'UniformOutput', false);
fprintf(handle, '%s]},\n "layers": [\n  %s\n ]}\n', strjoin(ranges, ', '), strjoin(layers, [',' newline '  ']));
fclose(handle);
end

function lines = scaling(name, settings, isOutput)
% y = (x - centre) .* gain + start, or the other way round for outputs.
if isfield(settings, 'no_change') && settings.no_change
    lines = {};
    return
end
switch name
    case 'mapminmax', centre = settings.xoffset; gain = settings.gain; start = settings.ymin;
    case 'mapstd', centre = settings.xmean; gain = settings.gain; start = settings.ymean;
    otherwise, error('Formulens:processing', '%s is not written; expected mapminmax or mapstd.', name);
end
ones_ = ones(size(centre));
if isOutput
    lines = {rescale(ones_, -start .* ones_), ...
        sprintf('{"type": "standardise", "mean": %s, "deviation": %s}', row(0 * ones_), row(gain)), ...
        rescale(ones_, centre)};
else
    lines = {rescale(ones_, -centre), rescale(gain, start .* ones_)};
end
end

function line = rescale(factor, offset)
line = sprintf('{"type": "rescale", "scale": %s, "offset": %s}', row(factor), row(offset));
end

function text = row(values)
text = ['[' strjoin(arrayfun(@(x) sprintf('%.17g', x), values(:)', 'UniformOutput', false), ', ') ']'];
end

function text = matrix(values)
rows = arrayfun(@(i) row(values(i, :)), 1:size(values, 1), 'UniformOutput', false);
text = ['[' strjoin(rows, ', ') ']'];
end
